import { connect } from "node:net";
import type { Home } from "./home.ts";
import { canListen, freePort } from "./process.ts";

/** Who listens where on 127.0.0.1, unless somebody else does. */
const PREFERRED = {
  windmill: 8000,
  sites: 8080,
  admin: 8081,
  postgres: 54320,
  redis: 63790,
  qdrant: 63330,
  openai: 63340,
  stripe: 12111,
  s3: 63350,
  gotrue: 9999,
  mails: 1080,
  smtp: 1025,
  nocodb: 8082,
};

export type Ports = Record<keyof typeof PREFERRED, number>;

/**
 * Decides on ports and remembers them, so that addresses stay the same: a port of a running server stays, then comes
 * what was used last, then what we prefer, then whatever is free.
 */
export async function settlePorts(
  home: Home,
  options: { running: ReadonlySet<keyof Ports>; anyPort: boolean },
): Promise<{ ports: Ports; moved: boolean }> {
  const last = home.read<Ports>("ports");
  const taken = new Set<number>();
  const ports = {} as Ports;
  for (const name of Object.keys(PREFERRED) as (keyof Ports)[]) {
    const wishes = [last?.[name], options.anyPort ? undefined : PREFERRED[name]];
    if (last && options.running.has(name)) ports[name] = last[name];
    else ports[name] = (await firstFree(wishes, taken)) ?? (await otherPort(taken));
    taken.add(ports[name]);
  }
  home.write("ports", ports);
  return { ports, moved: last !== undefined && JSON.stringify(last) !== JSON.stringify(ports) };
}

async function firstFree(wishes: (number | undefined)[], taken: Set<number>): Promise<number | undefined> {
  for (const port of wishes) if (port && !taken.has(port) && (await isFree(port))) return port;
  return undefined;
}

async function otherPort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (!taken.has(port)) return port;
  }
}

/** Nobody answers and we may listen: on a Mac, listening on 127.0.0.1 works beside a server that has all addresses. */
export async function isFree(port: number): Promise<boolean> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  return !answered && (await canListen(port));
}
