import type { Sql } from "../../f/lib/postgres/connect.ts";
import type { RoleKind } from "../../f/lib/postgres/roles.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import type { memoryWorkspace } from "./workspace.ts";

/** The connection of a project's role as a job would get it: the resource, with the secret it refers to filled in. */
export function connectionOf(
  workspace: ReturnType<typeof memoryWorkspace>,
  folder: string,
  kind: RoleKind,
): PostgresqlValue {
  const value = workspace.resources.get(`${folder}/postgres_${kind}`)?.value as PostgresqlValue;
  return { ...value, password: workspace.secrets.get(value.password.slice("$var:".length)) as string };
}

/** All that a verb could change in a database, as one text to compare; roles count by the database they are made for. */
export async function catalogue(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ found: string }>(`
    select json_build_object(
      'database', (select datacl::text from pg_database where datname = current_database()),
      'schemas', (select json_agg(json_build_array(nspname, nspacl::text, obj_description(oid, 'pg_namespace'))
                                  order by nspname) from pg_namespace where nspname !~ '^pg_(toast_)?temp'),
      'relations', (select json_agg(json_build_array(oid, relname, relnamespace, relacl::text, relowner) order by oid)
                      from pg_class where relnamespace <> 'pg_toast'::regnamespace),
      'defaults', (select json_agg(json_build_array(defaclrole, defaclobjtype, defaclacl::text) order by oid)
                     from pg_default_acl),
      'roles', (select json_agg(json_build_array(rolname, rolcanlogin, rolconfig) order by rolname) from pg_roles
                 where shobj_description(oid, 'pg_authid') like '%in database ' || current_database())
    )::text as found`);
  return rows[0]!.found;
}
