import { identifier, literal } from "./quote.ts";
import { EXTENSION_SCHEMA, POLICIES, type RoleKind, roleMark, type SchemaNames } from "./roles.ts";
import { currentLogin, type RoleState, type SchemaState, usesExtensions } from "./state.ts";

/** A role one logs in with: the role itself, or its alternate, which is nothing but another way in to the role. */
type Login = { name: string; kind: RoleKind; alternateOf?: string };

/**
 * What makes a role what it must be, and its alternate where there is one. A verifier is given when the password of the
 * login that connections name is not set yet; the password of the other one has an end, and is left alone.
 */
export function repairLogins(
  names: SchemaNames,
  kind: RoleKind,
  state: SchemaState,
  verifier: string | undefined,
): string[] {
  const [name, alternate] = [names.roles[kind], names.alternates[kind]];
  const current = currentLogin(names, state, kind);
  const verifierOf = (login: string) => (login === current ? verifier : undefined);
  return [
    ...repairLogin({ name, kind }, names, state, verifierOf(name)),
    ...(state.roles[alternate]
      ? repairLogin({ name: alternate, kind, alternateOf: name }, names, state, verifierOf(alternate))
      : []),
  ];
}

/** What makes one login what it must be; the roles it is an alternate of stand. */
export function repairLogin(
  { name, kind, alternateOf }: Login,
  names: SchemaNames,
  state: SchemaState,
  verifier: string | undefined,
): string[] {
  const role = identifier(name);
  const { connectionLimit, database } = POLICIES[kind];
  const mark = roleMark(names.project, state.database);
  const found = state.roles[name];
  const groups = alternateOf ? [alternateOf] : [];
  const attributes = found
    ? [
        ...found.excessAttributes,
        ...(found.canLogin ? [] : ["login"]),
        ...(found.connectionLimit === connectionLimit ? [] : [`connection limit ${connectionLimit}`]),
        ...expiryOf(found, currentLogin(names, state, kind) === name),
        ...(verifier ? [`password ${literal(verifier)}`] : []),
      ]
    : [];
  return [
    ...(found ? [] : [createRole(role, connectionLimit, verifier)]),
    ...(attributes.length ? [`alter role ${role} ${attributes.join(" ")}`] : []),
    ...(found?.mark === mark ? [] : [`comment on role ${role} is ${literal(mark)}`]),
    ...(found?.actable ? [] : [actAs(role)]),
    ...(found?.memberOf ?? [])
      .filter((group) => !groups.includes(group))
      .map((group) => `revoke ${identifier(group)} from ${role}`),
    ...groups
      .filter((group) => !found?.memberOf.includes(group))
      .map((group) => `grant ${identifier(group)} to ${role}`),
    ...settingsOf(names, kind, state, alternateOf)
      .filter(([key, , stored]) => !hasSetting(found, key, stored))
      .map(([key, value]) => `alter role ${role} set ${key} = ${value}`),
    ...matchRights(
      `database ${identifier(state.database)}`,
      name,
      state.databaseRights,
      alternateOf ? ["CONNECT"] : database,
    ),
  ];
}

/** Of two logins one has no end; a second one without an end would be a password that nobody looks after. */
function expiryOf({ expiresAt }: RoleState, isCurrent: boolean): string[] {
  if (isCurrent) return expiresAt ? ["valid until 'infinity'"] : [];
  return expiresAt ? [] : ["valid until '-infinity'"];
}

const createRole = (role: string, connectionLimit: number, verifier: string | undefined): string =>
  `create role ${role} login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls
     connection limit ${connectionLimit} password ${verifier ? literal(verifier) : "null"}`;

/** A login that is no superuser must be a member of a role to create things for it. */
const actAs = (role: string): string =>
  `do $$ begin if not (select rolsuper from pg_roles where rolname = current_user) then
     execute 'grant ${role} to ' || quote_ident(current_user); end if; end $$`;

/** Each as SQL takes it and as the catalogue then shows it, apart from quotes. */
function settingsOf(
  names: SchemaNames,
  kind: RoleKind,
  state: SchemaState,
  alternateOf: string | undefined,
): [key: string, value: string, stored: string][] {
  const path = usesExtensions(names, state) ? [names.schema, EXTENSION_SCHEMA] : [names.schema];
  return [
    ["search_path", path.map(identifier).join(", "), path.join(", ")],
    ...Object.entries(POLICIES[kind].settings).map(([key, value]): [string, string, string] => [
      key,
      literal(value),
      value,
    ]),
    ...(alternateOf ? [["role", literal(alternateOf), alternateOf] satisfies [string, string, string]] : []),
  ];
}

const hasSetting = (role: RoleState | undefined, key: string, value: string): boolean =>
  role?.settings.some((setting) => setting.replaceAll('"', "") === `${key}=${value}`) ?? false;

/** Gives a grantee the rights it lacks and takes those it should not have. */
export function matchRights(object: string, grantee: string, actual: string[], wanted: string[]): string[] {
  const has = actual.filter((right) => right.startsWith(`${grantee}:`)).map((right) => right.slice(grantee.length + 1));
  const missing = wanted.filter((right) => !has.includes(right));
  const excess = has.filter((right) => !wanted.includes(right));
  const to = grantee === "public" ? "public" : identifier(grantee);
  return [
    ...(missing.length ? [`grant ${missing.join(", ")} on ${object} to ${to}`] : []),
    ...(excess.length ? [`revoke ${excess.join(", ")} on ${object} from ${to}`] : []),
  ];
}
