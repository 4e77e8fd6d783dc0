import { identifier, literal } from "./quote.ts";
import { matchRights, repairLogins } from "./repair_logins.ts";
import {
  DEFAULT_KINDS,
  type DefaultKind,
  EXTENSION_SCHEMA,
  POLICIES,
  ROLE_KINDS,
  type RoleKind,
  type SchemaNames,
  schemaMark,
} from "./roles.ts";
import { type SchemaState, usesExtensions } from "./state.ts";

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
    ...ROLE_KINDS.flatMap((kind) => repairLogins(names, kind, state, verifiers[kind])),
    ...repairSchema(names, state),
    ...repairDefaults(names, state),
    ...repairExtensionRights(names, state),
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

/** All or none of a project's roles look into the schema of extensions: its owner's right is what was asked for. */
function repairExtensionRights(names: SchemaNames, state: SchemaState): string[] {
  if (!usesExtensions(names, state)) return [];
  return ROLE_KINDS.flatMap((kind) =>
    matchRights(`schema ${EXTENSION_SCHEMA}`, names.roles[kind], state.extensionRights, ["USAGE"]),
  );
}
