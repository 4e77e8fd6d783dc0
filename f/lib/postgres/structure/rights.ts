import { ownThing, type Part } from "./part.ts";

const ROW_SECURITY: Part = `
  select c.oid, format('alter table %s %s row level security', c.oid::regclass, word)
    from pg_class c, inside, unnest(array[case when relrowsecurity then 'enable' end,
                                          case when relforcerowsecurity then 'force' end]) as word
   where relnamespace = inside.oid and relkind in ('r', 'p') and word is not null`;

const everyoneOr = (role: string): string =>
  `case ${role} when 0 then 'public' else quote_ident(pg_get_userbyid(${role})) end`;

const POLICIES: Part = `
  select p.oid, concat_ws(' ', format('create policy %I on %s as %s for %s to %s', polname, polrelid::regclass,
                                      case when polpermissive then 'permissive' else 'restrictive' end,
                                      case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                                                  when 'd' then 'delete' else 'all' end,
                                      (select string_agg(${everyoneOr("role")}, ', ') from unnest(polroles) as role)),
                          'using (' || pg_get_expr(polqual, polrelid) || ')',
                          'with check (' || pg_get_expr(polwithcheck, polrelid) || ')')
    from pg_policy p join pg_class c on c.oid = polrelid, inside where relnamespace = inside.oid`;

/**
 * The rights on things of one kind. Those that the owner's defaults give to everything new are taken first, since the
 * original may have lost them.
 */
const rights = (what: string, from: string, id: string, name: string, owner: string, acl: string): Part => `
  select ${id}, concat_ws('; ',
           (select string_agg(distinct format('revoke all on ${what} %s from %s', ${name}, ${everyoneOr("grantee")}), '; ')
              from (select grantee from pg_default_acl, aclexplode(defaclacl) where defaclrole = ${owner} and defaclnamespace = 0
                    union select 0) as by_default
             where grantee <> ${owner}),
           (select string_agg(format('grant %s on ${what} %s to %s%s', privilege_type, ${name}, ${everyoneOr("grantee")},
                                     case when is_grantable then ' with grant option' else '' end), '; ')
              from aclexplode(${acl}) where grantee <> ${owner}))
    from ${from}`;

const RELATIONS: Part = rights(
  "table",
  "pg_class c, inside where relnamespace = inside.oid and relkind in ('r', 'p', 'v', 'm')",
  "c.oid",
  "c.oid::regclass",
  "relowner",
  "coalesce(relacl, acldefault('r', relowner))",
);

const SEQUENCE_RIGHTS: Part = rights(
  "sequence",
  "pg_class c, inside where relnamespace = inside.oid and relkind = 'S'" +
    " and not exists (select from pg_depend where objid = c.oid and classid = 'pg_class'::regclass and deptype = 'i')",
  "c.oid",
  "c.oid::regclass",
  "relowner",
  "coalesce(relacl, acldefault('s', relowner))",
);

const FUNCTION_RIGHTS: Part = rights(
  "routine",
  `pg_proc p, inside where pronamespace = inside.oid and prokind in ('f', 'p') and ${ownThing("p.oid", "pg_proc")}`,
  "p.oid",
  "p.oid::regprocedure",
  "proowner",
  "coalesce(proacl, acldefault('f', proowner))",
);

const COLUMN_RIGHTS: Part = `
  select c.oid, format('grant %s (%I) on %s to %s', privilege_type, attname, c.oid::regclass, ${everyoneOr("grantee")})
    from pg_class c join pg_attribute on attrelid = c.oid, inside, aclexplode(attacl)
   where relnamespace = inside.oid and attnum > 0 and not attisdropped and grantee <> relowner`;

const COMMENTS: Part = `
  select c.oid, format('comment on %s %s is %L',
                       case when objsubid > 0 then 'column'
                            else case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end end,
                       concat_ws('.', c.oid::regclass, quote_ident(attname)), description)
    from pg_class c join pg_description on objoid = c.oid and classoid = 'pg_class'::regclass
    left join pg_attribute on attrelid = c.oid and attnum = objsubid and objsubid > 0, inside
   where relnamespace = inside.oid and relkind in ('r', 'p', 'v', 'm')`;

export const RIGHTS: Part[] = [
  ROW_SECURITY,
  POLICIES,
  RELATIONS,
  SEQUENCE_RIGHTS,
  FUNCTION_RIGHTS,
  COLUMN_RIGHTS,
  COMMENTS,
];
