import type { Setting } from "./contestant.ts";

type Member = { port: number; kill: () => void };

/** How many more processes stand ready than work at once, so that a kill costs no waiting. */
const SPARE = 4;

/**
 * An address that hands each delivery to a free process of a contestant, and kills that process in the given share of
 * them, at some moment of its work or just after. Measures those that nobody disturbed.
 */
export async function startCrew(
  contestant: string,
  setting: Setting,
  { size, killShare }: { size: number; killShare: number },
) {
  const free: Member[] = [];
  const waiting: ((member: Member) => void)[] = [];
  const latencies: number[] = [];
  const tally = { deliveries: 0, kills: 0, failures: 0 };
  const alive = new Set<Bun.Subprocess>();
  let closing = false;

  const give = (member: Member) => {
    const next = waiting.shift();
    if (next) next(member);
    else free.push(member);
  };
  const hire = async () => {
    const child = Bun.spawn([process.execPath, `${import.meta.dirname}/crew_member.ts`, contestant], {
      env: { PATH: process.env.PATH, SETTING: JSON.stringify(setting) },
      stdout: "pipe",
      stderr: "ignore",
    });
    alive.add(child);
    const { value } = await child.stdout.getReader().read();
    if (value) give({ port: Number(new TextDecoder().decode(value)), kill: () => child.kill("SIGKILL") });
    else if (!closing) throw new Error(`the handler of ${contestant} did not start`);
  };
  const take = () => free.shift() ?? new Promise<Member>((resolve) => void waiting.push(resolve));
  await Promise.all(Array.from({ length: size + SPARE }, hire));

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const body = await request.text();
      const member = await take();
      tally.deliveries += 1;
      const doomed = Math.random() < killShare;
      const start = performance.now();
      const headers = { "stripe-signature": request.headers.get("stripe-signature") ?? "" };
      // Most calls take a few milliseconds: a kill falls before, into or after what they do.
      if (doomed) setTimeout(member.kill, Math.random() * 12);
      const answer = await fetch(`http://127.0.0.1:${member.port}`, { method: "POST", body, headers }).catch(
        () => undefined,
      );
      if (doomed) {
        tally.kills += 1;
        member.kill();
        void hire();
        return new Response("killed", { status: 502 });
      }
      give(member);
      if (answer?.ok) latencies.push(performance.now() - start);
      else tally.failures += 1;
      return new Response("", { status: answer?.ok ? 200 : 500 });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/events`,
    tally,
    p99: () => latencies.sort((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    async stop() {
      closing = true;
      await server.stop(true);
      for (const child of alive) child.kill("SIGKILL");
    },
  };
}
