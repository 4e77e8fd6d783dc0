import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { asAccount } from "./binaries.ts";
import { SERVERS } from "./catalogue.ts";

/** The folder that holds all a local stack knows and keeps. */
export type Home = {
  dir: string;
  /** Where each server keeps its data; Postgres's may have to lie elsewhere. */
  folder(server: string): string;
  /** Each server writes `<logs>/<name>.log`. */
  logs: string;
  /** A small JSON file of ours; readable by its owner only, and replaced as a whole. */
  read<T>(name: string): T | undefined;
  write(name: string, value: unknown): void;
  remove(name: string): void;
};

/** Passwords and the engine's token, made up once each. */
const SECRETS = ["token", "postgres", "redis", "qdrant", "openai", "stripe", "gotrue", "nocodb", "s3"] as const;
export type Secrets = Record<(typeof SECRETS)[number], string>;

export function openHome(path: string): Home {
  const dir = resolve(path);
  const file = (name: string) => join(dir, `${name}.json`);
  return {
    dir,
    folder: (server) => (server === "postgres" ? postgresFolder(dir) : join(dir, server)),
    logs: join(dir, "logs"),
    read(name) {
      try {
        return JSON.parse(readFileSync(file(name), "utf8"));
      } catch {
        return undefined;
      }
    },
    write(name, value) {
      mkdirSync(dirname(file(name)), { recursive: true });
      const unfinished = `${file(name)}.${process.pid}`;
      writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      renameSync(unfinished, file(name));
    },
    remove: (name) => rmSync(file(name), { force: true }),
  };
}

/** Creates the folder: others may pass through it, which Postgres's own account must, but see nothing. */
export const createHome = (home: Home): void => void mkdirSync(home.logs, { recursive: true, mode: 0o711 });

export function secretsOf(home: Home): Secrets {
  const known = home.read<Partial<Secrets>>("secrets") ?? {};
  if (SECRETS.every((name) => known[name])) return known as Secrets;
  const secret = () => randomBytes(24).toString("base64url");
  const secrets = Object.fromEntries(SECRETS.map((name) => [name, known[name] ?? secret()])) as Secrets;
  home.write("secrets", secrets);
  return secrets;
}

const CONTENTS = [...SERVERS, "sites", "logs", "run", "lock"];

/** Removes everything the stack ever wrote, by name: the folder was named by a person, who may have named another. */
export function purgeHome(home: Home): void {
  rmSync(elsewhere(home.dir), { recursive: true, force: true });
  for (const name of CONTENTS) rmSync(join(home.dir, name), { recursive: true, force: true });
  for (const name of ["stack", "secrets", "ports"]) home.remove(name);
  if (readdirSync(home.dir).length === 0) rmdirSync(home.dir);
}

/** As root, Postgres runs under its own account, and a checkout below /root is closed to that account. */
function postgresFolder(dir: string): string {
  const reachable = process.getuid?.() !== 0 || (!existsSync(elsewhere(dir)) && opensForPostgres(dir));
  return join(reachable ? dir : elsewhere(dir), "postgres");
}

const elsewhere = (dir: string) => `/var/lib/run8n-${createHash("sha256").update(dir).digest("hex").slice(0, 12)}`;

function opensForPostgres(dir: string): boolean {
  if (!existsSync(dir)) return opensForPostgres(dirname(dir));
  try {
    const [command, ...args] = asAccount("postgres", ["test", "-x", dir]);
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
