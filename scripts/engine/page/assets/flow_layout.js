/** @import { FlowValue, Module } from "../shapes.ts" */

/**
 * @typedef {{ kind: "step" | "group" | "label", id: string, x: number, y: number, width: number, height: number,
 *   module?: Module, text?: string, branch?: number, of?: string, failure?: boolean }} Box
 * @typedef {{ from: [number, number], to: [number, number], dashed?: boolean, path: string }} Edge
 * @typedef {{ width: number, height: number, boxes: Box[], edges: Edge[] }} Drawing
 */

export const STEP = { width: 232, height: 52 };
const GAP = 30;
const PAD = 16;
const HEAD = 54;
const LABEL = 26;
const BETWEEN = 20;

/**
 * Where everything goes: steps from top to bottom, branches side by side in a box, a loop as a box around its body.
 * Pixels, from the top left corner. @param {FlowValue} flow @returns {Drawing}
 */
export function layout(flow) {
  /** @type {Drawing} */
  const drawing = { width: 0, height: 0, boxes: [], edges: [] };
  const first = flow.preprocessor_module ? [flow.preprocessor_module] : [];
  const modules = [...first, ...flow.modules];
  const main = sizeOfAll(modules);
  placeAll(drawing, modules, 0, 0, main.width);
  drawing.width = main.width;
  drawing.height = main.height;
  const { failure_module: failure } = flow;
  if (failure) {
    const size = sizeOf(failure);
    const y = main.height + GAP + LABEL;
    const width = Math.max(main.width, size.width);
    const before = drawing.boxes.length;
    drawing.boxes.push({
      kind: "label",
      id: "on-failure",
      text: "When a step fails",
      x: 0,
      y: y - LABEL,
      width,
      height: LABEL,
    });
    place(drawing, failure, (width - size.width) / 2, y);
    for (const box of drawing.boxes.slice(before)) box.failure = true;
    drawing.width = width;
    drawing.height = y + size.height;
  }
  return drawing;
}

/** @typedef {{ width: number, height: number }} Size */

/** A sequence of steps. @param {Module[]} modules @returns {Size} */
function sizeOfAll(modules) {
  if (modules.length === 0) return { width: STEP.width, height: LABEL };
  const sizes = modules.map(sizeOf);
  return {
    width: Math.max(...sizes.map(({ width }) => width)),
    height: sizes.reduce((sum, { height }) => sum + height, GAP * (sizes.length - 1)),
  };
}

/** @param {Module} module @returns {Size} */
function sizeOf(module) {
  const columns = columnsOf(module);
  if (!columns) return STEP;
  const sizes = columns.map(({ modules }) => sizeOfAll(modules));
  const inner = sizes.reduce((sum, { width }) => sum + width, BETWEEN * (sizes.length - 1));
  const label = hasLabels(module) ? LABEL : 0;
  return {
    width: Math.max(inner, STEP.width) + 2 * PAD,
    height: HEAD + label + Math.max(LABEL, ...sizes.map(({ height }) => height)) + PAD,
  };
}

/** What a module contains, as columns; undefined for a plain step. @param {Module} module */
export function columnsOf({ value }) {
  switch (value.type) {
    case "forloopflow":
    case "whileloopflow":
      return [{ modules: value.modules ?? [], label: "" }];
    case "branchone": {
      const branches = (value.branches ?? []).map(({ summary, expr, modules }) => ({
        modules,
        label: summary || expr || "",
      }));
      return [...branches, { modules: value.default ?? [], label: "Otherwise" }];
    }
    case "branchall":
      return (value.branches ?? []).map(({ summary, modules }, index) => ({
        modules,
        label: summary || `Branch ${index + 1}`,
      }));
    default:
      return undefined;
  }
}

/** @param {Module} module */
const hasLabels = ({ value }) => value.type === "branchone" || value.type === "branchall";

/** @param {Drawing} drawing @param {Module[]} modules @param {number} x @param {number} y @param {number} width */
function placeAll(drawing, modules, x, y, width) {
  let top = y;
  for (const [index, module] of modules.entries()) {
    const size = sizeOf(module);
    if (index > 0) drawing.edges.push(edge([x + width / 2, top - GAP], [x + width / 2, top]));
    place(drawing, module, x + (width - size.width) / 2, top);
    top += size.height + GAP;
  }
}

/** @param {Drawing} drawing @param {Module} module @param {number} x @param {number} y */
function place(drawing, module, x, y) {
  const columns = columnsOf(module);
  const size = sizeOf(module);
  drawing.boxes.push({ kind: columns ? "group" : "step", id: module.id, module, x, y, ...size });
  if (!columns) return;
  const labels = hasLabels(module) ? LABEL : 0;
  const sizes = columns.map(({ modules }) => sizeOfAll(modules));
  const inner = sizes.reduce((sum, { width }) => sum + width, BETWEEN * (sizes.length - 1));
  let left = x + (size.width - inner) / 2;
  for (const [index, { modules, label }] of columns.entries()) {
    const { width } = /** @type {Size} */ (sizes[index]);
    const branch = module.value.type === "branchone" && index === columns.length - 1 ? -1 : index;
    const top = y + HEAD;
    if (labels)
      drawing.boxes.push({
        kind: "label",
        id: `${module.id}:${branch}`,
        of: module.id,
        branch,
        text: label,
        x: left,
        y: top,
        width,
        height: LABEL,
      });
    if (modules.length === 0)
      drawing.boxes.push({
        kind: "label",
        id: `${module.id}:${branch}:empty`,
        text: "nothing to do",
        x: left,
        y: top + labels,
        width,
        height: LABEL,
      });
    placeAll(drawing, modules, left, top + labels, width);
    left += width + BETWEEN;
  }
}

/** @param {[number, number]} from @param {[number, number]} to @returns {Edge} */
const edge = (from, to) => ({ from, to, path: `M${from[0]} ${from[1]}V${to[1] - 1}` });
