import type { Style } from "../style.ts";
import type { Up } from "./up.ts";

/** What a person wants to know once the stack is up: where to look, how to talk to it, what next, how it ends. */
export function summaryOf(
  { stack, welcome }: Up,
  { headline, end, tokenFile, style }: { headline: string; end: string; tokenFile: string; style: Style },
): string {
  const { bold, dim, green, cyan } = style;
  const { windmill, services } = stack;
  const row = (label: string, text: string, note = "") => `  ${label.padEnd(16)}${text}${note ? `  ${dim(note)}` : ""}`;
  const real = Object.entries(services).filter(([, { kind }]) => kind === "real");
  return [
    "",
    `  ${green("●")} ${bold(headline)}`,
    "",
    row("Landing page", bold(cyan(welcome)), "its waitlist works"),
    row("Windmill", cyan(windmill.url), `page and API, workspace ${windmill.workspace}, local stand-in`),
    row("Mails", cyan(services.maildev.url), "what apps send ends up here and nowhere else"),
    row("Token", `in ${tokenFile}`),
    row("Services", real.map(([name]) => name).join(", "), "real, on this machine"),
    "",
    row("A new app", "npx run8n new my-app"),
    row("Its health", "npx run8n call f/infra/health/check_services"),
    row("To stop", end === "Ctrl-C" ? end : `npx ${end}`),
    "",
  ].join("\n");
}
