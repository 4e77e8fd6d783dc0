import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Collection, type Definition } from "./collection.ts";
import { badFormat, notFound, object, Refusal, text, wrongInput } from "./refusal.ts";
import type { Store } from "./store.ts";

/** A snapshot is the definition as its first line, and the lines of the points after it. */
export class Snapshots {
  constructor(readonly store: Store) {}

  create(name: string) {
    const collection = this.store.get(name);
    const moment = new Date().toISOString().replace(/[:.Z]/g, "-").replace("T", "-");
    const file = join(this.#folder(name), `${name}-${moment}${process.hrtime.bigint()}.snapshot`);
    mkdirSync(this.#folder(name), { recursive: true });
    const points = existsSync(collection.file) ? readFileSync(collection.file) : "";
    writeFileSync(
      `${file}.next`,
      Buffer.concat([Buffer.from(`${JSON.stringify(collection.definition)}\n`), Buffer.from(points)]),
    );
    renameSync(`${file}.next`, file);
    return described(file);
  }

  list(name: string) {
    this.store.get(name);
    if (!existsSync(this.#folder(name))) return [];
    const files = readdirSync(this.#folder(name)).filter((file) => file.endsWith(".snapshot"));
    return files.sort().map((file) => described(join(this.#folder(name), file)));
  }

  read(name: string, snapshot: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(readFileSync(this.#file(name, snapshot)));
  }

  delete(name: string, snapshot: string): true {
    rmSync(this.#file(name, snapshot));
    return true;
  }

  /** From a file of ours, or over HTTP from an address that the caller names. */
  async recover(name: string, body: unknown, http: typeof fetch): Promise<true> {
    const asked = object(body, "SnapshotRecover", ["location", "priority", "checksum", "api_key"]);
    const location = text(asked.location, "location");
    if (/^https?:/.test(location)) {
      const answer = await http(location, asked.api_key ? { headers: { "api-key": String(asked.api_key) } } : {});
      if (!answer.ok) throw wrongInput(`Failed to download snapshot from ${location}: status ${answer.status}`);
      return this.restore(name, new Uint8Array(await answer.arrayBuffer()), asked.checksum);
    }
    const file = location.replace(/^file:\/\//, "");
    if (!file.startsWith(this.#root) || file.includes("..") || !existsSync(file)) {
      throw wrongInput(`Snapshot file \`${location}\` does not exist`);
    }
    return this.restore(name, new Uint8Array(readFileSync(file)), asked.checksum);
  }

  restore(name: string, bytes: Uint8Array, checksum?: unknown): true {
    if (checksum !== undefined && checksum !== null && checksum !== sha256(bytes)) {
      throw new Refusal(400, "Wrong input: Snapshot checksum mismatch");
    }
    const end = bytes.indexOf(10);
    if (end < 0) throw badFormat("not a snapshot of the stand-in");
    const definition = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8")) as Definition;
    const collection = this.store.has(name) ? this.store.get(name) : this.store.create(name, definition);
    writeFileSync(`${collection.file}.next`, bytes.subarray(end + 1));
    renameSync(`${collection.file}.next`, collection.file);
    Collection.create(collection.dir, definition);
    this.store.reopen(name);
    return true;
  }

  get #root(): string {
    return join(this.store.dataDir, "snapshots");
  }

  #folder(name: string): string {
    return join(this.#root, encodeURIComponent(name));
  }

  #file(name: string, snapshot: string): string {
    const file = join(this.#folder(name), snapshot);
    if (snapshot.includes("/") || !existsSync(file)) throw notFound(`Snapshot ${snapshot} not found`);
    return file;
  }
}

function described(file: string) {
  const { size, mtime } = statSync(file);
  return {
    name: file.slice(file.lastIndexOf("/") + 1),
    creation_time: mtime.toISOString().slice(0, 19),
    size,
    checksum: sha256(readFileSync(file)),
  };
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
