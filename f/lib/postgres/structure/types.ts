import { ownThing, type Part } from "./part.ts";

const ENUMS: Part = `
  select t.oid, format('create type %s as enum (%s)', t.oid::regtype,
                       (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)
                          from pg_enum where enumtypid = t.oid))
    from pg_type t, inside where typnamespace = inside.oid and typtype = 'e' and ${ownThing("t.oid", "pg_type")}`;

const DOMAINS: Part = `
  select t.oid, concat_ws(' ', format('create domain %s as %s', t.oid::regtype, format_type(typbasetype, typtypmod)),
                          'default ' || typdefault, case when typnotnull then 'not null' end,
                          (select string_agg(format('constraint %I %s', conname, pg_get_constraintdef(c.oid)), ' ' order by conname)
                             from pg_constraint c where contypid = t.oid and contype = 'c'))
    from pg_type t, inside where typnamespace = inside.oid and typtype = 'd' and ${ownThing("t.oid", "pg_type")}`;

const COMPOSITES: Part = `
  select t.oid, format('create type %s as (%s)', t.oid::regtype,
                       (select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
                          from pg_attribute where attrelid = typrelid and attnum > 0 and not attisdropped))
    from pg_type t join pg_class on pg_class.oid = typrelid, inside
   where typnamespace = inside.oid and relkind = 'c' and ${ownThing("t.oid", "pg_type")}`;

const RANGES: Part = `
  select t.oid, format('create type %s as range (subtype = %s)', t.oid::regtype, rngsubtype::regtype)
    from pg_range join pg_type t on t.oid = rngtypid, inside
   where typnamespace = inside.oid and ${ownThing("t.oid", "pg_type")}`;

/** Types of a schema's own, before everything that uses them. */
export const TYPES: Part[] = [ENUMS, DOMAINS, COMPOSITES, RANGES];

/** Functions and procedures; aggregates, operators and casts are left out. */
export const FUNCTIONS: Part = `
  select p.oid, pg_get_functiondef(p.oid) from pg_proc p, inside
   where pronamespace = inside.oid and prokind in ('f', 'p') and ${ownThing("p.oid", "pg_proc")}`;
