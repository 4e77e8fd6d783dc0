import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** What a visitor's browser needs to ask for the assets once it has the page: a fast connection's round trip. */
const ROUND_TRIP_MS = 5;

export type Loads = { loads: number; broken: number };

/**
 * Lets readers load a page and the assets that it names, each of them again and again, until so many loads are done. A
 * load is broken when something of it is not there, or is not of the page's version.
 */
export async function readAtOnce(
  readers: number,
  loads: number,
  { port, host }: { port: number; host: string },
): Promise<Loads> {
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  const done = { loads: 0, broken: 0 };
  const reader = async () => {
    while (done.loads < loads) {
      done.loads++;
      if (!(await isWhole((path) => get({ agent, port, host, path })))) done.broken++;
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  agent.destroy();
  return done;
}

const READERS = 4;

/** Changes what is served, again and again, while readers load the page so often. */
export async function readMeanwhile(
  loads: number,
  to: { port: number; host: string },
  change: () => Promise<unknown>,
): Promise<Loads & { changes: number }> {
  let reading = true;
  const reads = readAtOnce(READERS, Math.round(loads), to).finally(() => {
    reading = false;
  });
  let changes = 0;
  while (reading) {
    await change();
    changes++;
  }
  return { ...(await reads), changes };
}

async function isWhole(load: (path: string) => Promise<string | undefined>): Promise<boolean> {
  const page = await load("/");
  const version = /<title>(version \d+)</.exec(page ?? "")?.[1];
  if (!page || !version) return false;
  await pause(ROUND_TRIP_MS);
  const paths = [...page.matchAll(/src="([^"]+)"/g)].map(([, path = ""]) => path);
  const assets = await Promise.all(paths.map(load));
  return assets.every((text) => text?.trim() === `// ${version}`);
}

/** The body of what was found, or nothing. */
function get(ask: { agent: Agent; port: number; host: string; path: string }): Promise<string | undefined> {
  const { agent, port, host, path } = ask;
  return new Promise((resolve) => {
    const call = request({ agent, host: "127.0.0.1", port, path, headers: { host } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve(answer.statusCode === 200 ? text : undefined));
      answer.on("error", () => resolve(undefined));
    });
    call.on("error", () => resolve(undefined));
    call.end();
  });
}
