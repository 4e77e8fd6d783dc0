import { describe, expect, it } from "vitest";
import { layout } from "../../../../../scripts/engine/page/assets/flow_layout.js";
import type { Module } from "../../../../../scripts/engine/page/shapes.ts";

const step = (id: string): Module => ({ id, value: { type: "script", path: `f/test/${id}` } });
const loop = (id: string, ...modules: Module[]): Module => ({ id, value: { type: "forloopflow", modules } });
const one = (id: string, ...branches: Module[][]): Module => ({
  id,
  value: { type: "branchone", branches: branches.map((modules) => ({ modules, expr: "true" })), default: [] },
});

const boxesOf = (drawing: ReturnType<typeof layout>) =>
  new Map(drawing.boxes.map((box) => [box.id, { ...box, right: box.x + box.width, bottom: box.y + box.height }]));

describe("the layout of a flow", () => {
  it("puts steps below each other, each with an arrow to the next", () => {
    const drawing = layout({ modules: [step("a"), step("b"), step("c")] });
    const [a, b, c] = drawing.boxes as [
      (typeof drawing.boxes)[0],
      (typeof drawing.boxes)[0],
      (typeof drawing.boxes)[0],
    ];
    expect(new Set([a.x, b.x, c.x]).size).toBe(1);
    expect([a.y, b.y, c.y]).toEqual([a.y, b.y, c.y].sort((x, y) => x - y));
    expect(drawing.edges.map(({ from, to }) => [from[1], to[1]])).toEqual([
      [a.y + a.height, b.y],
      [b.y + b.height, c.y],
    ]);
  });

  it("puts branches beside each other, inside their box, with a place for an empty one", () => {
    const boxes = boxesOf(layout({ modules: [one("choose", [step("a"), step("b")], [step("c")])] }));
    const [choose, a, b, c] = ["choose", "a", "b", "c"].map((id) => boxes.get(id)!);
    expect(a!.y).toBe(c!.y);
    expect(a!.right).toBeLessThan(c!.x);
    expect(boxes.get("choose:-1:empty")!.x).toBeGreaterThan(c!.right);
    for (const inner of [a, b, c]) {
      expect(inner!.x).toBeGreaterThan(choose!.x);
      expect(inner!.bottom).toBeLessThan(choose!.bottom);
    }
  });

  it("never lets two steps overlap, and draws nothing outside, however deep", () => {
    const deep = loop(
      "l1",
      one("b1", [loop("l2", step("a"), one("b2", [step("b")], [step("c"), step("d")]))], [step("e")]),
    );
    const drawing = layout({ modules: [step("x"), deep, step("y")], failure_module: step("failure") });
    const steps = drawing.boxes.filter(({ kind }) => kind === "step");
    for (const box of drawing.boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(drawing.width);
      expect(box.y + box.height).toBeLessThanOrEqual(drawing.height);
    }
    for (const [index, a] of steps.entries())
      for (const b of steps.slice(index + 1)) {
        const beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
        const apart = a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(beside || apart, `${a.id} and ${b.id}`).toBe(true);
      }
    expect(steps.at(-1)?.id).toBe("failure");
  });
});
