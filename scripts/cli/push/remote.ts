import { Readable } from "node:stream";
import tar from "tar-stream";
import type { Windmill } from "../windmill.ts";
import { type Item, itemsOf } from "./items.ts";

const QUERY = new URLSearchParams({
  archive_type: "tar",
  skip_variables: "true",
  skip_resources: "true",
  skip_secrets: "true",
  skip_resource_types: "true",
  include_schedules: "true",
  include_triggers: "true",
  include_workspace_dependencies: "false",
  skip_datatable_migrations: "true",
  settings_version: "v2",
  default_ts: "bun",
});

/** Everything of the kinds we push that the workspace holds, ours or not, in the one request that `wmill` makes too. */
export async function readRemote(windmill: Windmill): Promise<Map<string, Item>> {
  const archive = await windmill.bytes(`workspaces/tarball?${QUERY}`);
  const files = new Map<string, string>();
  const extract = tar.extract();
  Readable.from([archive]).pipe(extract);
  for await (const entry of extract) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    files.set(entry.header.name.replace(/^\.\//, ""), Buffer.concat(chunks).toString("utf8"));
  }
  return itemsOf(files, JSON.parse);
}
