import { Readable } from "node:stream";
import tar from "tar-stream";
import type { TestEngine } from "../../../support/engine.ts";

/** Fills a workspace with other people's work: in folders of their own, beside our services and inside our folders. */
export async function fillWithForeignItems(engine: TestEngine): Promise<void> {
  const places = [
    "f/crm/sync",
    "f/infra/backup/nightly",
    "f/api/billing/webhook",
    "f/infra/postgres/monthly_report",
    "f/lib/theirs",
    "u/admin/draft",
  ];
  for (const name of ["crm", "infra", "api", "lib"])
    await engine.create("folders", {
      name,
      display_name: `${name} of ours`,
      owners: ["u/ada"],
      extra_perms: { "g/all": true },
    });
  for (const [index, path] of places.entries()) {
    await engine.deploy(path, `export async function main() { return ${index}; }\n`, {
      summary: "theirs",
      kind: "script",
    });
    await engine.create("flows", {
      path: `${path}_flow`,
      summary: "theirs",
      description: "",
      value: { modules: [] },
      schema: {},
    });
    await engine.create("variables", {
      path: `${path}_variable`,
      value: `v${index}`,
      is_secret: false,
      description: "",
    });
    await engine.create("variables", { path: `${path}_secret`, value: `s${index}`, is_secret: true, description: "" });
    await engine.create("resources", {
      path: `${path}_resource`,
      value: { index },
      resource_type: "any",
      description: "",
    });
    await engine.create("schedules", {
      path: `${path}_schedule`,
      schedule: "0 0 * * * *",
      timezone: "Etc/UTC",
      enabled: false,
      script_path: path,
      is_flow: false,
      args: {},
    });
    await engine.create("http_triggers", {
      path: `${path}_trigger`,
      script_path: path,
      is_flow: false,
      route_path: `theirs/${index}`,
      request_type: "sync",
      authentication_method: "none",
      http_method: "get",
      is_static_website: false,
      workspaced_route: true,
      wrap_body: false,
      raw_string: false,
    });
  }
  await engine.create("resources/type", {
    name: "caddy",
    description: "our own caddy type",
    schema: { type: "object" },
  });
}

/** All that the workspace holds, byte for byte, and each script's version. */
export async function snapshot(engine: TestEngine): Promise<Record<string, string>> {
  const query =
    "archive_type=tar&plain_secret=true&include_schedules=true&include_triggers=true&include_users=true&include_groups=true&preserve_extra_perms=true";
  const archive = await engine.api(`/w/{w}/workspaces/tarball?${query}`);
  const extract = tar.extract();
  Readable.from([new Uint8Array(await archive.arrayBuffer())]).pipe(extract);
  const all: Record<string, string> = {};
  for await (const entry of extract) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    all[entry.header.name] = Buffer.concat(chunks).toString("utf8");
  }
  const scripts = (await (await engine.api("/w/{w}/scripts/list?per_page=1000")).json()) as {
    path: string;
    hash: string;
  }[];
  for (const { path, hash } of scripts) all[`version of ${path}`] = hash;
  return all;
}
