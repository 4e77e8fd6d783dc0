import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

const MAILDEV = resolve(import.meta.dirname, "../../../node_modules/maildev/bin/maildev");

/** Takes every mail that local services send and shows it on a page, instead of letting it out into the world. */
export function maildevServer({ dir, smtpPort, webPort }: { dir: string; smtpPort: number; webPort: number }): Server {
  const mails = join(dir, "mails");
  const flags = { smtp: smtpPort, web: webPort, ip: "127.0.0.1", "mail-directory": mails };
  return {
    name: "maildev",
    argv: ["node", MAILDEV, "--silent", ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`])],
    prepare: () => void mkdirSync(mails, { recursive: true }),
    ready: async () =>
      (await answers(webPort, `GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n`, /^HTTP\/1\.\d 200/)) &&
      (await answers(smtpPort, "", /^220 /)),
  };
}
