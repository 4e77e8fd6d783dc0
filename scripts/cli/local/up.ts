import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createHome, type Home } from "../../stack/home.ts";
import { type Holder, withLock } from "../../stack/lock.ts";
import { type Stack, type Started, startStack, stopStack } from "../../stack/stack.ts";
import { applyProject } from "../apply_project.ts";
import { CHECKOUT } from "../connection.ts";
import { Failure } from "../failure.ts";
import { push } from "../push/push.ts";
import { ensureTypes } from "../push/types.ts";
import type { Terminal } from "../terminal.ts";
import { openWindmill, type Windmill } from "../windmill.ts";
import { ensureLocalConnections } from "./connections.ts";

export type Up = { stack: Stack; started: string[]; welcome: string };

/**
 * Brings the whole stack up: servers, connections, what this checkout holds, and a first project that shows that all
 * of it works. Every part is left as it is where it already is so. Told to stop, it stops all of it; when something
 * fails, it stops what it has started, unless the stack is meant to `stay`.
 */
export function up(
  home: Home,
  options: { anyPort: boolean; stay: boolean; terminal: Terminal; signal: AbortSignal },
): Promise<Up> {
  const { anyPort, stay, terminal, signal } = options;
  let fresh = false;
  createHome(home);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () =>
      reject(
        new Failure("stopped before the stack was up", { hint: "Run `run8n up` again; it goes on where it was." }),
      ),
    );
  });
  const work = async () => {
    const servers = await startStack(home, { anyPort, step: terminal.step, signal });
    fresh = servers.started.length > 0;
    const welcome = await fill(home, servers, terminal);
    return { stack: servers.stack, started: servers.started, welcome };
  };
  return withLock(
    home,
    "up",
    waiting(terminal),
    async () => {
      try {
        return await Promise.race([work(), stopped]);
      } catch (error) {
        if (signal.aborted || (fresh && !stay)) await stopStack(home);
        else if (fresh) terminal.note("  The servers stay up: `run8n up` tries again, `run8n down` stops them.");
        throw error;
      }
    },
    signal,
  );
}

/** Stops the stack and returns which servers ran. */
export const down = (home: Home, terminal: Terminal): Promise<string[]> =>
  withLock(home, "down", waiting(terminal), () => stopStack(home));

const waiting = (terminal: Terminal) => (holder: Holder) =>
  terminal.note(`  waiting for \`run8n ${holder.what}\` (process ${holder.pid}) to finish`);

async function fill(home: Home, { stack, ports, moved }: Started, { step }: Terminal): Promise<string> {
  const windmill = openWindmill(stack.windmill);
  mkdirSync(join(home.dir, "sites"), { recursive: true });
  await step("connections", () => ensureLocalConnections(windmill, home, ports));
  await ensureTypes(windmill, { checkout: CHECKOUT, dryRun: false, step });
  // This workspace exists to run this checkout, so whatever else lies at its paths gives way.
  await push(windmill, { checkout: CHECKOUT, dryRun: false, adopt: true, ownWorkspace: true, step });
  if (moved)
    await step(
      "new ports",
      () => followPorts(windmill),
      (names) => `${names.length} projects moved along`,
    );
  await step("bucket", () => windmill.run("script", "f/infra/storage/ensure_bucket", {}));
  const { url } = await step(
    "welcome",
    (update) => applyProject(windmill, { name: "welcome", template: "static" }, update),
    ({ status }) => status,
  );
  return url;
}

/** Addresses of projects hold a port; with another one, their routes and the origins they accept are out of date. */
async function followPorts(windmill: Windmill): Promise<string[]> {
  await windmill.run("script", "f/infra/caddy/reconcile_routes", {});
  const { items } = (await windmill.run("script", "f/infra/projects/list_projects", {})) as {
    items: { project: string; template: string }[];
  };
  for (const { project, template } of items) await applyProject(windmill, { name: project, template });
  return items.map(({ project }) => project);
}
