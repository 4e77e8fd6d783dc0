import { lookAt, type Stack } from "../../stack/stack.ts";
import { defineCommand, LOCAL } from "../command.ts";
import { homeOf } from "../connection.ts";

export const statusCommand = defineCommand({
  name: "status",
  summary: "Show what of the local stack runs, and where",
  args: [],
  options: LOCAL,
  async run({ values, terminal, env }) {
    const home = homeOf(values, env);
    const stack = home.read<Stack>("stack");
    const states = await lookAt(home);
    const running = states.every(({ state }) => state === "running");
    const servers = states.map((server) => ({
      ...server,
      ...(stack && server.state === "running" ? stack.services[server.name] : {}),
    }));
    const { green, red, dim } = terminal.style;
    const rows = servers.map(({ name, state, pid, ...rest }) => {
      const { url = "", kind = "" } = rest as { url?: string; kind?: string };
      const mark = state === "running" ? green("●") : state === "stopped" ? dim("○") : red("●");
      return `  ${mark} ${name.padEnd(10)} ${state.padEnd(14)} ${url.padEnd(36)} ${dim(pid ? `${kind}, process ${pid}` : "")}`.trimEnd();
    });
    const up = states.filter(({ state }) => state === "running").length;
    const sentence = running
      ? `The stack is up: sites at http://<project>.${stack?.sites.domain}:${new URL(stack?.sites.url ?? "http://x").port}/`
      : up > 0
        ? "The stack is half up; `run8n up` repairs it."
        : "The stack is down; `run8n up` starts it.";
    return { text: [...rows, "", sentence].join("\n"), document: { running, state: home.dir, servers } };
  },
});
