import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "./answers.ts";

export type Bucket = {
  name: string;
  created_at: string;
  versioning: "Enabled" | null;
  acl: "private" | "public-read";
  lifecycle: string | null;
  cors: string | null;
};

export type Version = {
  key: string;
  version_id: string;
  /** Later versions have greater ones. */
  seq: number;
  created_at: string;
  marker: 0 | 1;
  size: number;
  etag: string;
  blob: string | null;
  /** The headers to answer with, as JSON. */
  headers: string;
};

const TABLES = `
  create table if not exists bucket (
    name text primary key, created_at text not null, versioning text, acl text not null, lifecycle text, cors text);
  create table if not exists version (
    seq integer primary key autoincrement, bucket text not null, key text not null, version_id text not null,
    created_at text not null, marker integer not null, size integer not null, etag text not null, blob text,
    headers text not null, unique (bucket, key, version_id));
  create table if not exists upload (
    id text primary key, bucket text not null, key text not null, created_at text not null, headers text not null);
  create table if not exists part (
    upload text not null, number integer not null, size integer not null, etag text not null, blob text not null,
    primary key (upload, number));`;

/** Buckets and versions in SQLite, contents as files beside it: both survive a restart and a kill. */
export class Store {
  readonly sql: Database;
  readonly #blobs: string;

  constructor(dataDir: string) {
    this.#blobs = join(dataDir, "contents");
    mkdirSync(this.#blobs, { recursive: true });
    this.sql = new Database(join(dataDir, "s3.sqlite"));
    this.sql.run("pragma journal_mode = wal");
    this.sql.run(TABLES);
  }

  bucket(name: string): Bucket {
    const found = this.sql.query("select * from bucket where name = ?").get(name) as Bucket | null;
    return found ?? fail(404, "NoSuchBucket", "The specified bucket does not exist");
  }

  /** The version that a key has now, which may be a delete marker. */
  latest(bucket: string, key: string): Version | undefined {
    const newest = "select * from version where bucket = ? and key = ? order by seq desc limit 1";
    return (this.sql.query(newest).get(bucket, key) as Version | null) ?? undefined;
  }

  version(bucket: string, key: string, id: string): Version | undefined {
    const one = "select * from version where bucket = ? and key = ? and version_id = ?";
    return (this.sql.query(one).get(bucket, key, id) as Version | null) ?? undefined;
  }

  /** Adds a version; in a bucket without versions it takes the place of the one that is there. */
  add(bucket: Bucket, version: Pick<Version, "key" | "marker" | "size" | "etag" | "blob" | "headers">): Version {
    const id = bucket.versioning ? randomUUID().replaceAll("-", "") : "null";
    this.sql.transaction(() => {
      if (id === "null") this.remove(bucket.name, version.key, id);
      this.sql.run(
        `insert into version (bucket, key, version_id, created_at, marker, size, etag, blob, headers)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          bucket.name,
          version.key,
          id,
          new Date().toISOString(),
          version.marker,
          version.size,
          version.etag,
          version.blob,
          version.headers,
        ],
      );
    })();
    return this.version(bucket.name, version.key, id) as Version;
  }

  /** Takes one version away for good. */
  remove(bucket: string, key: string, id: string): Version | undefined {
    const found = this.version(bucket, key, id);
    if (!found) return undefined;
    this.sql.run("delete from version where seq = ?", [found.seq]);
    if (found.blob) this.dropContent(found.blob);
    return found;
  }

  /** Written before anything refers to it: a kill in between leaves a file that nobody knows, never a hole. */
  keepContent(content: Uint8Array): string {
    const blob = randomUUID();
    writeFileSync(join(this.#blobs, blob), content);
    return blob;
  }

  content(blob: string): Buffer {
    return readFileSync(join(this.#blobs, blob));
  }

  dropContent(blob: string): void {
    rmSync(join(this.#blobs, blob), { force: true });
  }
}
