import { DATABASE, DOMAIN, entryOf, SERVERS, type ServerName } from "./catalogue.ts";
import { type Home, secretsOf } from "./home.ts";
import { isOurs, MARK, type Owned, owned, strays } from "./ownership.ts";
import { type Ports, settlePorts } from "./ports.ts";
import { type Server, startServer, stopProcess } from "./process.ts";
import { ensureDatabase } from "./servers/postgres.ts";
import { WORKSPACE } from "./servers/windmill.ts";

/** What `up` answers and keeps in `stack.json`. */
export type Stack = {
  windmill: { url: string; workspace: string; token: string };
  sites: { url: string; domain: string };
  services: Record<ServerName, { kind: "real" | "stand-in"; url: string }>;
};

/** How progress is told: a step with a name, its work, and what to say of the result. */
export type Step = <T>(label: string, work: () => Promise<T>, detail?: (result: T) => string) => Promise<T>;

export type Started = { stack: Stack; ports: Ports; started: ServerName[]; moved: boolean };

/** Starts what does not run. What runs and answers is left alone, what runs and does not answer is replaced. */
export async function startStack(
  home: Home,
  options: { anyPort: boolean; step: Step; signal?: AbortSignal },
): Promise<Started> {
  const running = await runningServers(home);
  await clear(home, running);
  const held = new Set<keyof Ports>([...running.keys()].flatMap((name) => entryOf(name).ports));
  const { ports, moved } = await settlePorts(home, { running: held, anyPort: options.anyPort });
  const stack = describe(ports, secretsOf(home).token);
  const order = SERVERS.filter((name) => !running.has(name));
  const stopAll = () => Promise.all(order.map((name) => stop(home, name)));
  const failures: unknown[] = [];
  const starts = order.map((name) =>
    options
      .step(
        name,
        () => start(home, serverOf(home, name, ports), options.signal),
        () => stack.services[name].url,
      )
      .catch((error: unknown) => {
        failures.push(error);
        return stopAll(); // the others would wait for this one, and then complain of its absence
      }),
  );
  await Promise.all(starts);
  if (failures.length > 0) {
    await stopAll(); // also what had no process yet
    throw failures[0];
  }
  await ensureDatabase(ports.postgres, secretsOf(home).postgres, DATABASE);
  home.write("stack", stack);
  return { stack, ports, started: order, moved };
}

/** Stops every server of the stack and returns which ones ran. Data stays. */
export async function stopStack(home: Home): Promise<ServerName[]> {
  home.remove("stack");
  const stopped = SERVERS.filter((name) => recordOf(home, name));
  await stop(home, "windmill"); // first: its jobs use the others
  await Promise.all(SERVERS.map((name) => stop(home, name)));
  const left = strays(home, new Set());
  await Promise.all(left.map((pid) => stopProcess(pid)));
  return stopped;
}

export type ServerState = { name: ServerName; state: "running" | "stopped" | "not answering"; pid?: number };

/** Looks at each server: whether its process lives and whether it answers. */
export async function lookAt(home: Home): Promise<ServerState[]> {
  const ports = home.read<Ports>("ports");
  return Promise.all(
    SERVERS.map(async (name) => {
      const record = recordOf(home, name);
      if (!record || !ports) return { name, state: "stopped" as const };
      const answers = await serverOf(home, name, ports).ready();
      return { name, state: answers ? ("running" as const) : ("not answering" as const), pid: record.pid };
    }),
  );
}

const serverOf = (home: Home, name: ServerName, ports: Ports): Server =>
  entryOf(name).server({ dir: home.folder(name), ports, secrets: secretsOf(home) });

async function start(home: Home, server: Server, signal: AbortSignal | undefined): Promise<void> {
  const prepare = async () => {
    await server.prepare?.(signal);
    signal?.throwIfAborted();
  };
  const marked = { ...server, prepare, cwd: home.dir, env: { ...server.env, [MARK]: home.dir } };
  await startServer(marked, home.logs, (pid) => home.write(`run/${server.name}`, owned(pid)));
}

async function stop(home: Home, name: ServerName): Promise<void> {
  const record = recordOf(home, name);
  if (record) await stopProcess(record.pid, name === "postgres" ? "SIGINT" : "SIGTERM");
  home.remove(`run/${name}`);
}

/** The process of a server, when it lives and is the one we started. */
function recordOf(home: Home, name: ServerName): Owned | undefined {
  const record = home.read<Owned>(`run/${name}`);
  return record && isOurs(record) ? record : undefined;
}

async function runningServers(home: Home): Promise<Map<ServerName, number>> {
  const states = await lookAt(home);
  return new Map(states.flatMap(({ name, state, pid }) => (state === "running" && pid ? [[name, pid] as const] : [])));
}

/** Ends what a killed `up` or a hung server left behind. */
async function clear(home: Home, running: ReadonlyMap<ServerName, number>): Promise<void> {
  await Promise.all(SERVERS.filter((name) => !running.has(name)).map((name) => stop(home, name)));
  const left = strays(home, new Set(running.values()));
  await Promise.all(left.map((pid) => stopProcess(pid, "SIGINT")));
}

function describe(ports: Ports, token: string): Stack {
  const services = SERVERS.map((name) => [name, { kind: entryOf(name).kind, url: entryOf(name).url(ports) }]);
  return {
    windmill: { url: entryOf("windmill").url(ports), workspace: WORKSPACE, token },
    sites: { url: `http://127.0.0.1:${ports.sites}`, domain: DOMAIN },
    services: Object.fromEntries(services),
  };
}
