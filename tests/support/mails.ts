import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort, startServer } from "../../scripts/stack/process.ts";
import { maildevServer } from "../../scripts/stack/servers/maildev.ts";

export type Mail = { to: { address: string }[]; subject: string; text: string; html: string };

/** A maildev of the test file's own. `mailTo` waits for the newest mail to somebody and answers it. */
export async function startMails() {
  const dir = mkdtempSync(join(tmpdir(), "run8n-mails-"));
  const [smtpPort, webPort] = [await freePort(), await freePort()];
  const running = await startServer(maildevServer({ dir, smtpPort, webPort }), dir);
  const url = `http://127.0.0.1:${webPort}`;
  const all = async (): Promise<Mail[]> => (await fetch(`${url}/email`)).json();
  const mails = async (address: string): Promise<Mail[]> =>
    (await all()).filter((mail) => mail.to.some((to) => to.address === address));
  return {
    url,
    smtpPort,
    all,
    mails,
    async mailTo(address: string, nth = 1): Promise<Mail> {
      await expect.poll(async () => (await mails(address)).length).toBeGreaterThanOrEqual(nth);
      return (await mails(address)).at(-1)!;
    },
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What a person would click, and what they would type. */
export const linkIn = ({ text }: Mail): string => /https?:\/\/\S+/.exec(text)?.[0] ?? "";
export const codeIn = ({ text }: Mail): string => /code: (\d{6})/.exec(text)?.[1] ?? "";
