import { identifier, literal } from "./quote.ts";
import {
  DEFAULT_KINDS,
  type DefaultKind,
  POLICIES,
  ROLE_KINDS,
  type RoleKind,
  roleMark,
  type SchemaNames,
  schemaMark,
} from "./roles.ts";
import type { RoleState, SchemaState } from "./state.ts";

/**
 * The statements that make a project's schema and roles what they must be; none when they are. New verifiers are given
 * for the roles whose password is not set yet; what others hold or have opened in their own schemas is left alone.
 */
export function repairs(
  names: SchemaNames,
  state: SchemaState,
  verifiers: Partial<Record<RoleKind, string>> = {},
): string[] {
  return [
    ...closeToEveryone(state),
    ...ROLE_KINDS.flatMap((kind) => repairRole(names, kind, state, verifiers[kind])),
    ...repairSchema(names, state),
    ...repairDefaults(names, state),
  ];
}

/**
 * In a fresh database everyone may connect, create temporary tables and look into `public`, so project roles could
 * too. Whoever has something here keeps by name what is taken from everyone.
 */
function closeToEveryone({ database, openRights, tenants }: SchemaState): string[] {
  const close = (object: string, rights: string[]) =>
    rights.length === 0
      ? []
      : [
          ...(tenants.length
            ? [`grant ${rights.join(", ")} on ${object} to ${tenants.map(identifier).join(", ")}`]
            : []),
          `revoke ${rights.join(", ")} on ${object} from public`,
        ];
  return [
    ...close(`database ${identifier(database)}`, openRights.database),
    ...close("schema public", openRights.public),
  ];
}

function repairRole(names: SchemaNames, kind: RoleKind, state: SchemaState, verifier: string | undefined): string[] {
  const name = names.roles[kind];
  const role = identifier(name);
  const { connectionLimit, database } = POLICIES[kind];
  const mark = roleMark(names.project, state.database);
  const found = state.roles[name];
  const attributes = found
    ? [
        ...found.excessAttributes,
        ...(found.canLogin ? [] : ["login"]),
        ...(found.connectionLimit === connectionLimit ? [] : [`connection limit ${connectionLimit}`]),
        ...(verifier ? [`password ${literal(verifier)}`] : []),
      ]
    : [];
  return [
    ...(found ? [] : [createRole(role, connectionLimit, verifier)]),
    ...(attributes.length ? [`alter role ${role} ${attributes.join(" ")}`] : []),
    ...(found?.mark === mark ? [] : [`comment on role ${role} is ${literal(mark)}`]),
    ...(found?.actable ? [] : [actAs(role)]),
    ...(found?.memberOf ?? []).map((group) => `revoke ${identifier(group)} from ${role}`),
    ...settingsOf(names.schema, kind)
      .filter(([key, , stored]) => !hasSetting(found, key, stored))
      .map(([key, value]) => `alter role ${role} set ${key} = ${value}`),
    ...matchRights(`database ${identifier(state.database)}`, name, state.databaseRights, database),
  ];
}

const createRole = (role: string, connectionLimit: number, verifier: string | undefined): string =>
  `create role ${role} login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls
     connection limit ${connectionLimit} password ${verifier ? literal(verifier) : "null"}`;

/** A login that is no superuser must be a member of a role to create things for it. */
const actAs = (role: string): string =>
  `do $$ begin if not (select rolsuper from pg_roles where rolname = current_user) then
     execute 'grant ${role} to ' || quote_ident(current_user); end if; end $$`;

/** Each as SQL takes it and as the catalogue then shows it, apart from quotes. */
function settingsOf(schema: string, kind: RoleKind): [key: string, value: string, stored: string][] {
  const plain = Object.entries(POLICIES[kind].settings).map(([key, value]): [string, string, string] => [
    key,
    literal(value),
    value,
  ]);
  return [["search_path", identifier(schema), schema], ...plain];
}

const hasSetting = (role: RoleState | undefined, key: string, value: string): boolean =>
  role?.settings.some((setting) => setting.replaceAll('"', "") === `${key}=${value}`) ?? false;

function repairSchema(names: SchemaNames, { schema: found }: SchemaState): string[] {
  const schema = identifier(names.schema);
  const owner = identifier(names.roles.owner);
  const grants = ROLE_KINDS.flatMap((kind) =>
    matchRights(`schema ${schema}`, names.roles[kind], found?.rights ?? [], POLICIES[kind].schema),
  );
  if (!found) {
    const mark = `comment on schema ${schema} is ${literal(schemaMark(names.project))}`;
    return [`create schema ${schema} authorization ${owner}`, mark, ...grants];
  }
  return [
    ...(found.owner === names.roles.owner ? [] : [`alter schema ${schema} owner to ${owner}`]),
    ...matchRights(`schema ${schema}`, "public", found.rights, []),
    ...grants,
  ];
}

function repairDefaults(names: SchemaNames, { defaultRights }: SchemaState): string[] {
  const forOwner = `alter default privileges for role ${identifier(names.roles.owner)}`;
  return (Object.keys(DEFAULT_KINDS) as DefaultKind[]).flatMap((kind) => {
    const objects = DEFAULT_KINDS[kind];
    const found = defaultRights.filter((right) => right.startsWith(`${kind}:`)).map((right) => right.slice(2));
    // No entry at all means Postgres's own: everyone may run functions and use types.
    const actual =
      found.length || kind === "r" || kind === "S" ? found : [`public:${kind === "f" ? "EXECUTE" : "USAGE"}`];
    const match = (grantee: string, wanted: string[]) => matchRights(objects, grantee, actual, wanted);
    return [
      ...match("public", []),
      ...match(names.roles.app, POLICIES.app.defaults[kind]),
      ...match(names.roles.readonly, POLICIES.readonly.defaults[kind]),
    ].map((statement) => `${forOwner} ${statement}`);
  });
}

/** Gives a grantee the rights it lacks and takes those it should not have. */
function matchRights(object: string, grantee: string, actual: string[], wanted: string[]): string[] {
  const has = actual.filter((right) => right.startsWith(`${grantee}:`)).map((right) => right.slice(grantee.length + 1));
  const missing = wanted.filter((right) => !has.includes(right));
  const excess = has.filter((right) => !wanted.includes(right));
  const to = grantee === "public" ? "public" : identifier(grantee);
  return [
    ...(missing.length ? [`grant ${missing.join(", ")} on ${object} to ${to}`] : []),
    ...(excess.length ? [`revoke ${excess.join(", ")} on ${object} from ${to}`] : []),
  ];
}
