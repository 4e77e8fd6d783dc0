import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHome, purgeHome } from "../../stack/home.ts";
import { isFree, type Ports } from "../../stack/ports.ts";
import { defineCommand, type Outcome } from "../command.ts";
import { type Check, check, must, type UrlCheck } from "../demo/check.ts";
import { verify, visit } from "../demo/verify.ts";
import { down, up } from "../local/up.ts";
import { seconds } from "../progress.ts";
import type { Style } from "../style.ts";
import type { Terminal } from "../terminal.ts";

export type Demo = { ok: boolean; seconds: number; urls: UrlCheck[]; checks: Check[] };

export const demoCommand = defineCommand({
  name: "demo",
  summary: "Start a stack of its own on free ports, use all of it, take it down again",
  args: [],
  options: {},
  async run({ terminal }): Promise<Outcome> {
    const began = Date.now();
    const { urls, checks } = await demonstrate(terminal);
    const ok = [...urls, ...checks].every((one) => one.ok);
    const document: Demo = { ok, seconds: (Date.now() - began) / 1000, urls, checks };
    return { text: report(document, began, terminal.style), document, exitCode: ok ? 0 : 1 };
  },
});

async function demonstrate(terminal: Terminal): Promise<{ urls: UrlCheck[]; checks: Check[] }> {
  const folder = mkdtempSync(join(tmpdir(), "run8n-demo-"));
  chmodSync(folder, 0o711);
  const home = openHome(join(folder, "state"));
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  let ports: Ports | undefined;
  try {
    const result = await up(home, { anyPort: true, stay: false, terminal, signal: stop.signal });
    ports = home.read<Ports>("ports");
    const urls = await terminal.step(
      "addresses",
      () => visit(result),
      (all) => `${all.length} opened`,
    );
    const checks = await terminal.step(
      "use",
      () => verify(home, result),
      (all) => `${all.length} things tried`,
    );
    await terminal.step("stopping", () => down(home, terminal));
    return { urls, checks: [...checks, await nothingLeft(ports)] };
  } finally {
    await down(home, terminal);
    purgeHome(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

const nothingLeft = (ports: Ports | undefined) =>
  check("nothing is left running", async () => {
    const open: string[] = [];
    for (const [name, port] of Object.entries(ports ?? {}))
      if (!(await isFree(port))) open.push(`${name} on port ${port}`);
    must(open.length === 0, `still open: ${open.join(", ")}`);
    return "no open port";
  });

function report({ ok, urls, checks }: Demo, began: number, { green, red, bold, dim }: Style): string {
  const mark = (good: boolean) => (good ? green("✓") : red("✗"));
  return [
    "",
    ...urls.map((one) => `  ${mark(one.ok)} ${String(one.status).padEnd(4)} ${one.url}`),
    "",
    ...checks.map((one) => `  ${mark(one.ok)} ${one.name}  ${dim(one.detail)}`),
    "",
    `  ${ok ? green("●") : red("●")} ${bold(ok ? "All of it works" : "Not all of it works")}, shown in ${seconds(began)}`,
    "",
  ].join("\n");
}
