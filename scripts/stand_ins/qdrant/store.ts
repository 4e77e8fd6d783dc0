import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Collection, type Definition } from "./collection.ts";
import { notFound, Refusal, wrongInput } from "./refusal.ts";

/** All collections, each in a folder of its own below `<data>/collections`. */
export class Store {
  readonly #collections = new Map<string, Collection>();

  constructor(readonly dataDir: string) {
    mkdirSync(this.#root, { recursive: true });
    for (const folder of readdirSync(this.#root)) {
      const collection = Collection.open(join(this.#root, folder));
      if (collection) this.#collections.set(decodeURIComponent(folder), collection);
    }
  }

  get #root(): string {
    return join(this.dataDir, "collections");
  }

  names(): string[] {
    return [...this.#collections.keys()].sort();
  }

  has(name: string): boolean {
    return this.#collections.has(name);
  }

  get(name: string): Collection {
    const found = this.#collections.get(name);
    if (!found) throw notFound(`Collection \`${name}\` doesn't exist!`);
    return found;
  }

  create(name: string, definition: Definition): Collection {
    if (this.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
    if (!/^[^<>:"/\\|?*\p{Cc}]{1,255}$/u.test(name))
      throw wrongInput("collection name has characters that it must not have");
    const collection = Collection.create(this.#folder(name), definition);
    this.#collections.set(name, collection);
    return collection;
  }

  /** Answers whether there was one. */
  drop(name: string): boolean {
    this.#collections.get(name)?.remove();
    return this.#collections.delete(name);
  }

  /** Reads a collection anew after its files were put in place from outside. */
  reopen(name: string): void {
    const collection = Collection.open(this.#folder(name));
    if (collection) this.#collections.set(name, collection);
  }

  #folder(name: string): string {
    return join(this.#root, encodeURIComponent(name).replaceAll(".", "%2E"));
  }
}
