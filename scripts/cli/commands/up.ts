import { setTimeout as sleep } from "node:timers/promises";
import type { Home } from "../../stack/home.ts";
import { lookAt } from "../../stack/stack.ts";
import { defineCommand, LOCAL } from "../command.ts";
import { homeOf } from "../connection.ts";
import { summaryOf } from "../local/summary.ts";
import { down, up } from "../local/up.ts";
import { seconds } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export const upCommand = defineCommand({
  name: "up",
  summary: "Start the whole stack on this machine, with a landing page live",
  args: [],
  options: {
    ...LOCAL,
    detach: { type: "boolean", help: "leave it running and return; without it, Ctrl-C stops the stack" },
    "any-port": { type: "boolean", help: "take free ports instead of 8000 (Windmill) and 8080 (sites)" },
  },
  examples: ["run8n up", "run8n up --detach --json"],
  async run({ values, terminal, env }) {
    const home = homeOf(values, env);
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
    const began = Date.now();
    const anyPort = values["any-port"] ?? false;
    const result = await up(home, { anyPort, stay: values.detach ?? false, terminal, signal: stop.signal });
    const fresh = result.started.length > 0;
    const stays = values.detach === true || !fresh;
    const text = summaryOf(result, {
      headline: fresh ? `Up in ${seconds(began)}` : "Already up",
      end: stays ? "run8n down" : "Ctrl-C",
      tokenFile: `${home.dir}/stack.json`,
      style: terminal.style,
    });
    if (stays) return { text, document: result.stack };
    await terminal.answer(text, result.stack);
    await untilStopped(home, terminal, stop.signal);
    return undefined;
  },
});

/** Stays until told to stop, says when a server ends by itself, and leaves the stack as `run8n down` would. */
async function untilStopped(home: Home, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const missed = new Set<string>();
  while (!signal.aborted && home.read("stack")) {
    for (const { name, state } of await lookAt(home)) {
      if (state === "running" || missed.has(name) || !home.read("stack")) continue;
      missed.add(name);
      terminal.note(
        `  ${name} is ${state}: read ${home.logs}/${name}.log; \`run8n up\` in another terminal repairs it`,
      );
    }
    await sleep(1000, undefined, { signal }).catch(() => {});
  }
  if (!signal.aborted) return terminal.note("  stopped by `run8n down`");
  await terminal.step("stopping", () => down(home, terminal));
}
