import type { Sql } from "./connect.ts";
import { EXTENSION_SCHEMA, type RoleKind, type SchemaNames } from "./roles.ts";

/** What the catalogue says about one project; rights are `grantee:RIGHT`, with `public` for everyone. */
export type SchemaState = {
  database: string;
  databases: string[];
  /** Whether our login may see stored verifiers; a managed server keeps them from everyone. */
  readsVerifiers: boolean;
  schema: { owner: string; mark: string | null; rights: string[] } | null;
  roles: Record<string, RoleState>;
  databaseRights: string[];
  /** Rights on what the owner will create, as `<kind>:<grantee>:<RIGHT>`. */
  defaultRights: string[];
  /** Rights that everyone has where project roles must have none: on the database and on its schema `public`. */
  openRights: { database: string[]; public: string[] };
  /** Rights on the schema that extensions live in; none when there is none. */
  extensionRights: string[];
  /** The project's shadow database; null when it has none. */
  shadow: { mark: string | null; owner: string; open: boolean; rights: string[] } | null;
  /** Roles of others that have something in this database; they keep what closing it would take from them. */
  tenants: string[];
};

export type RoleState = {
  mark: string | null;
  canLogin: boolean;
  connectionLimit: number;
  /** Attributes that no project role may have, as `alter role` spells their removal. */
  excessAttributes: string[];
  memberOf: string[];
  settings: string[];
  /** Whether our login may act as this role, which creating things for it takes. */
  actable: boolean;
  /** When its password ends to work, as it does after a change of passwords; null when it does not. */
  expiresAt: string | null;
  verifier?: string | null;
};

/** The role's login whose password does not end: the one that connections name. */
export function currentLogin({ roles, alternates }: SchemaNames, state: SchemaState, kind: RoleKind): string {
  const [login, alternate] = [state.roles[roles[kind]], state.roles[alternates[kind]]];
  return login?.expiresAt && alternate && !alternate.expiresAt ? alternates[kind] : roles[kind];
}

export function currentLogins(names: SchemaNames, state: SchemaState): Record<RoleKind, string> {
  const of = (kind: RoleKind) => currentLogin(names, state, kind);
  return { owner: of("owner"), app: of("app"), readonly: of("readonly") };
}

/** Whether the project asked for extensions once: its owner may look into their schema then. */
export const usesExtensions = ({ roles }: SchemaNames, { extensionRights }: SchemaState): boolean =>
  extensionRights.includes(`${roles.owner}:USAGE`);

/** Reads all that ensuring or dropping a project's schema depends on, in one statement where the server allows it. */
export async function readState(sql: Sql, names: SchemaNames): Promise<SchemaState> {
  const roles = [...Object.values(names.roles), ...Object.values(names.alternates)];
  const { rows } = await sql.query<{ state: SchemaState }>(STATE, [
    names.schema,
    roles,
    names.roles.owner,
    names.shadow,
    EXTENSION_SCHEMA,
  ]);
  const state = rows[0]!.state;
  if (state.readsVerifiers) {
    const verifiers = await sql.query<{ rolname: string; rolpassword: string | null }>(
      "select rolname, rolpassword from pg_authid where rolname = any($1)",
      [roles],
    );
    for (const { rolname, rolpassword } of verifiers.rows) {
      const role = state.roles[rolname];
      if (role) role.verifier = rolpassword;
    }
  }
  return state;
}

const rights = (acl: string): string => `
  (select coalesce(json_agg(case grantee when 0 then 'public' else pg_get_userbyid(grantee) end
                            || ':' || privilege_type), '[]') from aclexplode(${acl}))`;

const openRights = (acl: string): string => `
  (select coalesce(json_agg(privilege_type), '[]') from aclexplode(${acl}) where grantee = 0)`;

const databaseAcl = "coalesce(here.datacl, acldefault('d', here.datdba))";
const schemaAcl = "coalesce(nspacl, acldefault('n', nspowner))";

const ofProject = (role: string): string =>
  `coalesce(shobj_description(${role}, 'pg_authid') like 'run8n project %', false)`;

/** A role of somebody else's that owns or was given something here, belongs to a group, or is connected right now. */
const TENANTS = `
  select rolname from pg_roles tenant
   where not rolsuper and rolname !~ '^pg_' and not ${ofProject("oid")}
     and (exists (select from pg_shdepend
                   where refclassid = 'pg_authid'::regclass and refobjid = tenant.oid
                     and (dbid = here.oid or (dbid = 0 and classid = 'pg_database'::regclass and objid = here.oid)))
          or exists (select from pg_auth_members where member = tenant.oid and not ${ofProject("roleid")})
          or exists (select from pg_stat_activity where datid = here.oid and usesysid = tenant.oid))`;

const ROLE = `
  json_build_object(
    'mark', shobj_description(oid, 'pg_authid'),
    'canLogin', rolcanlogin,
    'connectionLimit', rolconnlimit,
    'excessAttributes', array_remove(array[
      case when rolsuper then 'nosuperuser' end, case when rolcreatedb then 'nocreatedb' end,
      case when rolcreaterole then 'nocreaterole' end, case when rolinherit then 'noinherit' end,
      case when rolreplication then 'noreplication' end, case when rolbypassrls then 'nobypassrls' end], null),
    'memberOf', (select coalesce(json_agg(pg_get_userbyid(roleid)), '[]') from pg_auth_members where member = r.oid),
    'settings', coalesce(rolconfig, '{}'),
    'expiresAt', nullif(rolvaliduntil, 'infinity'),
    'actable', case when current_setting('server_version_num')::int >= 160000
                    then pg_has_role(oid, 'SET') else pg_has_role(oid, 'MEMBER') end)`;

const STATE = `
  select json_build_object(
    'database', here.datname,
    'databases', (select json_agg(datname) from pg_database),
    'readsVerifiers', has_table_privilege('pg_catalog.pg_authid', 'select'),
    'schema', (select json_build_object('owner', pg_get_userbyid(nspowner), 'mark', obj_description(oid, 'pg_namespace'),
                                        'rights', ${rights(schemaAcl)})
                 from pg_namespace where nspname = $1),
    'roles', (select coalesce(json_object_agg(rolname, ${ROLE}), '{}') from pg_roles r where rolname = any($2)),
    'databaseRights', ${rights(databaseAcl)},
    'extensionRights', coalesce((select ${rights(schemaAcl)} from pg_namespace where nspname = $5), '[]'),
    'shadow', (select json_build_object('mark', shobj_description(oid, 'pg_database'), 'open', datallowconn,
                                        'owner', pg_get_userbyid(datdba),
                                        'rights', ${rights("coalesce(datacl, acldefault('d', datdba))")})
                 from pg_database where datname = $4),
    'defaultRights', (select coalesce(json_agg(defaclobjtype::text || ':' || granted), '[]')
                        from pg_default_acl, json_array_elements_text(${rights("defaclacl")}) as granted
                       where defaclnamespace = 0 and pg_get_userbyid(defaclrole) = $3),
    'openRights', json_build_object(
      'database', ${openRights(databaseAcl)},
      'public', coalesce((select ${openRights(schemaAcl)} from pg_namespace where nspname = 'public'), '[]')),
    'tenants', (select coalesce(json_agg(rolname), '[]') from (${TENANTS}) as tenants)
  ) as state
  from pg_database here where here.datname = current_database()`;
