import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "run8n-engine-socket-";
const SOCKET = "http";
/** A younger folder may belong to an engine that does not listen yet. */
const STARTING_MS = 60_000;

export type SocketFolder = { file: string; remove(): void };

/**
 * A folder for the socket of one engine process. It is not in the data folder, whose path may be longer than a socket's
 * may be. Engines that were killed left theirs behind: those that nobody answers at are removed on the way.
 */
export async function openSocketFolder(parent = tmpdir()): Promise<SocketFolder> {
  const left = readdirSync(parent).filter((name) => name.startsWith(PREFIX));
  await Promise.all(left.map((name) => removeLeft(join(parent, name))));
  const folder = mkdtempSync(join(parent, PREFIX));
  return { file: join(folder, SOCKET), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function removeLeft(folder: string): Promise<void> {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats || stats.uid !== process.getuid?.() || Date.now() - stats.mtimeMs < STARTING_MS) return;
  if (await isAnswered(join(folder, SOCKET))) return;
  rmSync(folder, { recursive: true, force: true });
}

/** False only when the socket is missing or nobody listens; any other trouble is no proof of that. */
function isAnswered(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: file });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}
