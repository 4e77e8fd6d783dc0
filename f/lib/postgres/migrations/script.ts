import { createHash } from "node:crypto";
import { InvalidInputError, TooLargeError } from "../../errors.ts";
import { describe } from "../../names.ts";
import { type Statement, statementsOf } from "./statements.ts";

/** A folder of `prisma/migrations`: its name and the text of its `migration.sql`. */
export type Migration = { name: string; sql: string };

export type Script = Migration & {
  /** Prisma's: the SHA-256 of the file, in hexadecimal. */
  checksum: string;
  statements: Statement[];
  /** What runs: the file with blanks for what is taken care of otherwise, so that positions are the file's. */
  body: string;
};

const MAX_MIGRATIONS = 2000;
const MAX_BYTES = 16 * 1024 * 1024;
/** What Prisma's own column takes; no path, no white space. */
const NAME = /^\w[\w.-]{0,254}$/;
const BEGIN = /^(begin|start transaction)\b/i;
const COMMIT = /^(commit|end)\b/i;
const CONTROL =
  /^(begin|start\s+transaction|commit|end|abort|rollback(?!\s+(work\s+|transaction\s+)?to\b)|prepare\s+transaction)\b/i;

/** What Prisma writes before the first table. The schema is there, and making sure of it takes rights on the database. */
const CREATE_SCHEMA = /^create\s+schema\s+if\s+not\s+exists\s+"?(\w+)"?$/i;

/**
 * Checks migrations as they were sent: names that Prisma could have, in the order in which it applies them, within the
 * limits, and no script that ends its own transaction half-way. `schema` is
 * the project's. Throws InvalidInput or TooLarge.
 */
export function scriptsOf(migrations: unknown, schema: string): Script[] {
  if (!Array.isArray(migrations) || migrations.length > MAX_MIGRATIONS) {
    throw refused(`migrations must be a list of at most ${MAX_MIGRATIONS} { name, sql }`);
  }
  let bytes = 0;
  const scripts = migrations.map((one: Partial<Migration> | null, at) => {
    if (typeof one?.name !== "string" || !NAME.test(one.name)) {
      throw refused(
        `The name of migration ${at + 1} must be 1 to 255 of A-Z, a-z, 0-9, "_", "-" and "."; got ${describe(one?.name)}`,
      );
    }
    if (typeof one.sql !== "string" || one.sql.includes("\0")) {
      throw refused(`The sql of migration ${one.name} must be a text without NUL; got ${describe(one.sql)}`);
    }
    bytes += Buffer.byteLength(one.sql);
    return scriptOf({ name: one.name, sql: one.sql }, schema);
  });
  if (bytes > MAX_BYTES) {
    throw new TooLargeError(`The migrations have ${bytes} bytes in all; ${MAX_BYTES} are allowed`, {
      hint: "Load rows with a script of their own; migrations are for structure.",
      details: { bytes, maxBytes: MAX_BYTES },
    });
  }
  const early = scripts.find(
    ({ name }, at) => at > 0 && Buffer.compare(Buffer.from(scripts[at - 1]!.name), Buffer.from(name)) >= 0,
  );
  if (early) throw refused(`Migration ${early.name} stands behind one whose name sorts after it or is the same`);
  return scripts;
}

function scriptOf({ name, sql }: Migration, schema: string): Script {
  const all = statementsOf(sql);
  const bracketed = all.length > 1 && BEGIN.test(all[0]!.skeleton) && COMMIT.test(all.at(-1)!.skeleton);
  const isOurs = ({ skeleton }: Statement, at: number) =>
    (bracketed && (at === 0 || at === all.length - 1)) ||
    ["public", schema].includes(CREATE_SCHEMA.exec(skeleton)?.[1] ?? "");
  const ends = (at: number) => all[at + 1]?.start ?? sql.length;
  const body = all.map((one, at) => {
    const text = sql.slice(one.start, ends(at));
    return isOurs(one, at) ? text.replace(/[^\n]/g, " ") : text;
  });
  const statements = all.filter((one, at) => !isOurs(one, at));
  if (statements.some(({ skeleton }) => CONTROL.test(skeleton))) {
    throw new InvalidInputError(`Migration ${name} begins or ends a transaction in its middle`, {
      hint: "Leave begin and commit out: each migration runs in one transaction.",
      details: { migration: name },
    });
  }
  return { name, sql, checksum: checksumOf(sql), statements, body: body.join("") };
}

export const checksumOf = (sql: string): string => createHash("sha256").update(sql).digest("hex");

/** Whether a recorded checksum is of this script, also when git has changed its line ends since. */
export const isChecksumOf = (recorded: string, { sql }: Migration): boolean => {
  const unix = sql.replaceAll("\r\n", "\n");
  return [sql, unix, unix.replaceAll("\n", "\r\n")].some((text) => checksumOf(text) === recorded);
};

const refused = (message: string): InvalidInputError =>
  new InvalidInputError(message, {
    hint: "Send every folder of prisma/migrations as { name, sql }, sorted by name, as `run8n db migrate` does.",
    details: { argument: "migrations" },
  });
