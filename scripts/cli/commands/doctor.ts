import { defineCommand, type Outcome, REMOTE } from "../command.ts";
import { CHECKOUT, connectionOf, homeOf } from "../connection.ts";
import { examineAccounts } from "../doctor/accounts.ts";
import { broken, type Finding } from "../doctor/finding.ts";
import { examineMachine } from "../doctor/machine.ts";
import { examineProjects } from "../doctor/projects.ts";
import { examineConnection, examineServices, examineWorkspace } from "../doctor/workspace.ts";
import { toFailure } from "../failure.ts";
import type { Style } from "../style.ts";
import { openWindmill } from "../windmill.ts";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Check the machine, the connection, the workspace and the services, and say how to fix what is broken",
  args: [],
  options: REMOTE,
  async run({ values, terminal, env }): Promise<Outcome> {
    const findings = await terminal.step("machine", () => examineMachine(homeOf(values, env)));
    try {
      const windmill = openWindmill(connectionOf(values, env));
      const connection = await terminal.step("connection", () => examineConnection(windmill));
      findings.push(...connection);
      if (connection.every(({ state }) => state !== "broken")) {
        findings.push(...(await terminal.step("workspace", () => examineWorkspace(windmill, CHECKOUT))));
        findings.push(...(await terminal.step("services", () => examineServices(windmill))));
        findings.push(...(await terminal.step("projects", () => examineProjects(windmill))));
        findings.push(...(await terminal.step("sign-in", () => examineAccounts(windmill))));
      }
    } catch (error) {
      const { message, hint } = toFailure(error);
      findings.push(broken("connection", "windmill", message, hint));
    }
    const bad = findings.filter(({ state }) => state === "broken");
    const sentence = bad.length === 0 ? "All is well." : `${bad.length} of ${findings.length} are broken.`;
    const text = [...findings.map((finding) => line(finding, terminal.style)), "", sentence].join("\n");
    return { text, document: { ok: bad.length === 0, findings }, exitCode: bad.length === 0 ? 0 : 1 };
  },
});

function line({ name, state, detail, hint }: Finding, { green, yellow, red, dim }: Style): string {
  const mark = { ok: green("✓"), warning: yellow("!"), broken: red("✗") }[state];
  return `  ${mark} ${name.padEnd(20)} ${detail}${hint ? `\n    ${" ".repeat(20)} ${dim(`→ ${hint}`)}` : ""}`;
}
