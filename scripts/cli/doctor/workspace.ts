import type { Health } from "../../../f/lib/health/check.ts";
import { toFailure } from "../failure.ts";
import { decide } from "../push/guard.ts";
import { readPushed } from "../push/record.ts";
import { readRemote } from "../push/remote.ts";
import { stage } from "../push/stage.ts";
import type { Windmill } from "../windmill.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

const CONNECTIONS = ["postgres", "redis", "caddy", "site_host", "qdrant", "openai", "gotrue"];

/** Whether Windmill answers, and to this token. */
export async function examineConnection(windmill: Windmill): Promise<Finding[]> {
  try {
    const version = (await windmill.text("/api/version")).trim();
    const { email } = JSON.parse(await windmill.text("/api/users/whoami")) as { email?: string };
    const who = `${windmill.url}, ${version}, workspace ${windmill.workspace}, as ${email}`;
    return [ok("connection", "windmill", who)];
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [broken("connection", "windmill", message, hint)];
  }
}

/** Whether the workspace has the connections that scripts ask for, and the code of this checkout. */
export async function examineWorkspace(windmill: Windmill, checkout: string): Promise<Finding[]> {
  const connections = await Promise.all(
    CONNECTIONS.map(async (name) => {
      const path = `f/infra/${name}`;
      const there = await windmill.find(`resources/get/${path}`);
      const hint = "Create it with `run8n push --environment <name>`, see resources/README.md.";
      return there ? ok("workspace", path, "exists") : broken("workspace", path, "missing", hint);
    }),
  );
  return [...connections, await deployed(windmill, checkout)];
}

async function deployed(windmill: Windmill, checkout: string): Promise<Finding> {
  const staged = stage(checkout);
  try {
    const [remote, pushed] = await Promise.all([readRemote(windmill), readPushed(windmill)]);
    const { items: local, isIncluded } = staged;
    const decision = decide({ local, remote, pushed, isIncluded, containsPushedCommit: true });
    const { create, update, same, conflicts } = decision;
    const name = "scripts and flows";
    if (conflicts.length > 0) {
      const detail = `${conflicts.length} of ours were changed or taken by others, such as ${conflicts[0]?.key.replace(":", " ")}`;
      return broken("workspace", name, detail, "See `run8n push --dry-run`.");
    }
    if (create.length > 0)
      return broken(
        "workspace",
        name,
        `${create.length} of ${staged.items.size} are not deployed`,
        "Run `run8n push`.",
      );
    if (update.length > 0)
      return warning("workspace", name, `${update.length} differ from this checkout`, "Run `run8n push`.");
    return ok("workspace", name, `${same.length}, all as in this checkout`);
  } finally {
    staged.remove();
  }
}

/** What the workspace's own health check says of the services behind it. */
export async function examineServices(windmill: Windmill): Promise<Finding[]> {
  const path = "f/infra/health/check_services";
  if (!(await windmill.find(`scripts/get/p/${path}`))) return [];
  let health: Health;
  try {
    health = (await windmill.run("script", path, {})) as Health;
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [broken("services", "health check", message, hint)];
  }
  return health.services.map(({ name, status, version, latencyMs, detail }) =>
    status === "up"
      ? ok("services", name, `${version ?? "version unknown"}, ${latencyMs} ms`)
      : broken("services", name, detail ?? "down", "Read its log; for the local stack: `run8n status`."),
  );
}
