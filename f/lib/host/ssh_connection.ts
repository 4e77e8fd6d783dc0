import { createHash, timingSafeEqual } from "node:crypto";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type ssh2 from "ssh2";
import { InvalidInputError, UpstreamError } from "../errors.ts";
import type { SiteHostValue } from "../resources.ts";
import { quote } from "./paths.ts";

/** A handshake that stalls or breaks off is begun anew once: it rarely takes a second. */
const READY_TIMEOUT_MS = 10_000;
const HANDSHAKES = 2;
const KEEPALIVE_MS = 5_000;
const MAX_OUTPUT = 64 * 1024;

export type SshConnection = {
  /** Runs a fixed `sh` script; the values are its `$1`, `$2`, ... Answers what it printed. */
  run(script: string, values: string[], input?: Readable): Promise<string>;
  /** Does one or more SFTP calls on a session that is opened once. */
  sftp<T>(call: (session: ssh2.SFTPWrapper, done: (error?: unknown, result?: T) => void) => void): Promise<T>;
  close(): Promise<void>;
};

/** A command that ended with anything but 0; `code` is undefined when the connection went away first. */
export class CommandError extends Error {
  constructor(
    readonly exitCode: number | undefined,
    output: string,
  ) {
    super(exitCode === undefined ? "the connection was lost" : `exit code ${exitCode}: ${output.slice(0, 300)}`);
  }
}

/** Logs in with a key to a machine that shows the pinned host key. Throws Upstream for anything else. */
export async function connectSsh(value: SiteHostValue): Promise<SshConnection> {
  const { host, port = 22, user, privateKey, hostKey } = value;
  if (!host || !user || !privateKey || !/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(hostKey ?? "")) {
    throw new InvalidInputError(
      "A site host over SSH needs host, user, privateKey and hostKey, the SHA256 fingerprint of its host key",
      {
        hint: "Complete the resource f/infra/site_host; `ssh-keyscan <host> | ssh-keygen -lf -` prints the fingerprint.",
        details: { argument: "host" },
      },
    );
  }
  // Half of what starting a script costs, so only those pay that do reach the host.
  const { default: library } = await import("ssh2");
  for (let attempt = 1; ; attempt++) {
    const client = new library.Client();
    let refusedKey = false;
    const hostVerifier = (key: Buffer): boolean => {
      refusedKey = !isPinned(key, hostKey as string);
      return !refusedKey;
    };
    try {
      await new Promise<void>((resolve, reject) => {
        client.once("ready", resolve).on("error", reject); // one failure may be told of twice
        const timing = { readyTimeout: READY_TIMEOUT_MS, keepaliveInterval: KEEPALIVE_MS };
        client.connect({ host, port, username: user, privateKey, hostVerifier, ...timing });
      });
      client.setNoDelay(true); // small requests one after the other would each wait 40 ms for an acknowledgement
      return over(client);
    } catch (cause) {
      client.destroy();
      if (isInterrupted(cause) && attempt < HANDSHAKES) continue;
      throw refusedKey ? strangeKey(host, port) : unreachable(host, port, cause);
    }
  }
}

/** What a server does that is busy, other than one that is not there or does not know us. */
function isInterrupted(error: unknown): boolean {
  const { level, code, message } = error as { level?: string; code?: string; message: string };
  return level === "client-timeout" || code === "ECONNRESET" || message === "Connection lost before handshake";
}

const strangeKey = (host: string, port: number) =>
  new UpstreamError(`The host key of ${host}:${port} is not the one that f/infra/site_host pins`, {
    hint: "Find out whether the machine was replaced or somebody stands in between before you change hostKey.",
  });

const unreachable = (host: string, port: number, cause: unknown) =>
  new UpstreamError(`The site host ${host}:${port} could not be reached over SSH or refused the login`, {
    code: "upstream_unreachable",
    hint: "Check that sshd runs there and that it accepts the user and key of f/infra/site_host.",
    retryable: true,
    cause,
  });

/** When the connection is lost, ssh2 ends every call under way with an error and refuses each one after that. */
function over(client: ssh2.Client): SshConnection {
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  client.on("error", () => {}); // "close" follows
  let session: Promise<ssh2.SFTPWrapper> | undefined;
  return {
    run: (script, values, input) =>
      new Promise((resolve, reject) => {
        const command = ["sh", "-c", script, "sh", ...values].map(quote).join(" ");
        client.exec(command, (error, channel) => {
          if (error) return reject(error);
          let output = "";
          const keep = (chunk: Buffer) => {
            if (output.length < MAX_OUTPUT) output += chunk.toString("utf8");
          };
          channel.on("data", keep);
          channel.stderr.on("data", keep);
          channel.on("close", (code?: number) =>
            code === 0 ? resolve(output) : reject(new CommandError(code, output)),
          );
          if (!input) return void channel.end();
          // A command that ends early breaks the pipe; its exit code says why, so that error is not of interest.
          pipeline(input, channel as unknown as NodeJS.WritableStream).catch(() => {});
        });
      }),
    async sftp<T>(call: (opened: ssh2.SFTPWrapper, done: (error?: unknown, result?: T) => void) => void) {
      session ??= new Promise((resolve, reject) =>
        client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
      );
      const opened = await session;
      return new Promise<T>((resolve, reject) =>
        call(opened, (error, result) => (error ? reject(error) : resolve(result as T))),
      );
    },
    async close() {
      client.end();
      await closed;
    },
  };
}

function isPinned(key: Buffer, pinned: string): boolean {
  const shown = createHash("sha256").update(key).digest();
  return timingSafeEqual(shown, Buffer.from(pinned.slice("SHA256:".length), "base64"));
}
