import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, type Params, paramsOf } from "./config.ts";
import { appendDeletion, appendPoints, readPoints } from "./log.ts";
import { compareIds, type Point, type PointId } from "./point.ts";
import type { Fields } from "./refusal.ts";

/** What is kept of a collection beside its points. */
export type Definition = { config: Config; indexes: Record<string, Fields> };

/** One collection: its points in memory, and on disk as a file that only grows. */
export class Collection {
  readonly points: Map<PointId, Point>;
  params: Params;
  /** Counts the operations; a point carries the one that wrote it last. */
  operation: number;
  #sorted: PointId[] | undefined;

  private constructor(
    readonly dir: string,
    public definition: Definition,
  ) {
    this.points = readPoints(this.file);
    this.params = paramsOf(definition.config);
    this.operation = Math.max(0, ...[...this.points.values()].slice(-1).map(({ version }) => version));
  }

  static create(dir: string, definition: Definition): Collection {
    mkdirSync(dir, { recursive: true });
    saveDefinition(dir, definition);
    return new Collection(dir, definition);
  }

  /** Nothing for a folder that a kill has left without its definition. */
  static open(dir: string): Collection | undefined {
    if (!existsSync(join(dir, "definition.json"))) return undefined;
    return new Collection(dir, JSON.parse(readFileSync(join(dir, "definition.json"), "utf8")));
  }

  get file(): string {
    return join(this.dir, "points.jsonl");
  }

  redefine(definition: Definition): void {
    saveDefinition(this.dir, definition);
    this.definition = definition;
    this.params = paramsOf(definition.config);
  }

  put(points: Point[]): void {
    appendPoints(this.file, points);
    for (const point of points) {
      if (!this.points.has(point.id)) this.#sorted = undefined;
      this.points.set(point.id, point);
    }
  }

  cut(ids: PointId[]): void {
    const known = ids.filter((id) => this.points.has(id));
    if (known.length === 0) return;
    appendDeletion(this.file, known);
    for (const id of known) this.points.delete(id);
    this.#sorted = undefined;
  }

  /** All ids in the order in which they are scrolled. */
  sortedIds(): PointId[] {
    this.#sorted ??= [...this.points.keys()].sort(compareIds);
    return this.#sorted;
  }

  /** The fields that have a full-text index. */
  textFields(): Set<string> {
    const indexes = Object.entries(this.definition.indexes);
    return new Set(indexes.filter(([, one]) => one.type === "text").map(([field]) => field));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function saveDefinition(dir: string, definition: Definition): void {
  const file = join(dir, "definition.json");
  writeFileSync(`${file}.next`, JSON.stringify(definition));
  renameSync(`${file}.next`, file);
}
