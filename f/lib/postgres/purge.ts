import { NotFoundError, PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { withTables } from "../operations/tables.ts";
import { type Sql, transaction } from "./connect.ts";
import { identifier, literal } from "./quote.ts";
import { rolesOf } from "./roles.ts";
import { KEPT_DAYS, listTombstones, type Tombstone } from "./tombstones.ts";

export type PurgeRequest = {
  /** One tombstone, whose time need not be over; all whose time is over when nothing is said. */
  tombstone?: string | null;
  /** The name of that tombstone once more. */
  confirm?: string | null;
  dryRun?: boolean | null;
};

export type Purged = {
  items: Tombstone[];
  status: "planned" | "purged" | "unchanged";
};

/**
 * Removes tombstones for good, each with its roles and its dump: all that are older than KEPT_DAYS, or a named one at any
 * time. Only says which as long as `dryRun` is not false. Run it again: nothing is left to do.
 * Throws Precondition when a named one is not confirmed, NotFound when there is none of that name.
 */
export async function purgeTombstones(sql: Sql, { tombstone, confirm, dryRun }: PurgeRequest): Promise<Purged> {
  const all = await withTables(sql, () => listTombstones(sql));
  const now = new Date().toISOString();
  const items = all.filter((one) => (tombstone ? one.tombstone === tombstone : one.restorableUntil <= now));
  if (tombstone && items.length === 0) throw noTombstone();
  if (dryRun !== false) return { items, status: items.length > 0 ? "planned" : "unchanged" };
  if (tombstone && confirm !== tombstone) throw unconfirmed();
  for (const one of items) {
    const { project } = one;
    const asked = { tombstone: one.tombstone };
    await operate({ sql, verb: "infra/postgres/drop_tombstones", project, arguments: asked, leaseSeconds: 3600 }, () =>
      purgeTombstone(sql, one),
    );
  }
  if (!tombstone) await forgetOldDumps(sql);
  return { items, status: items.length > 0 ? "purged" : "unchanged" };
}

/** One tombstone, for a caller that holds the project's lease; one that is restored by now is left alone. */
export async function purgeTombstone(sql: Sql, { project, tombstone }: Tombstone): Promise<{ tombstone: string }> {
  await transaction(sql, async () => {
    const still = await listTombstones(sql, project);
    if (!still.some((one) => one.tombstone === tombstone)) return;
    const { rows } = await sql.query<{ rolname: string }>("select rolname from pg_roles where rolname = any($1)", [
      Object.values(rolesOf(tombstone)),
    ]);
    const roles = rows.map(({ rolname }) => identifier(rolname));
    await sql.query(
      [
        `drop schema ${identifier(tombstone)} cascade`,
        ...roles.flatMap((role) => [`drop owned by ${role} cascade`, `drop role ${role}`]),
        `delete from run8n.dump where id = ${literal(tombstone)}`,
      ].join(";\n"),
    );
  });
  return { tombstone };
}

/** Dumps whose schema was restored, or dropped by hand: nobody needs them once their time is over. */
const forgetOldDumps = (sql: Sql): Promise<unknown> =>
  sql.query(
    `delete from run8n.dump where taken_at < now() - make_interval(days => ${KEPT_DAYS})
        and not exists (select from pg_namespace where nspname = id)`,
  );

const noTombstone = (): NotFoundError =>
  new NotFoundError("There is no tombstone of that name", {
    hint: "Call f/infra/postgres/list_schemas: it shows those that there are.",
    details: { argument: "tombstone" },
  });

const unconfirmed = (): PreconditionError =>
  new PreconditionError("confirm must equal the name of the tombstone that is purged before its time", {
    hint: "Pass the tombstone's name a second time, as confirm; it cannot be taken back.",
    details: { argument: "confirm" },
  });
