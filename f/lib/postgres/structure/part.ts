/**
 * One kind of things in a schema, as a query whose rows are `(id, statement)`: what builds each of them again, in the
 * order of the ids. `inside.oid` is the schema's number.
 */
export type Part = string;

/** Not what an extension has brought along, nor what belongs to something else and comes with it. */
export const ownThing = (id: string, catalogue: string): string =>
  `not exists (select from pg_depend where objid = ${id} and classid = '${catalogue}'::regclass and deptype in ('e', 'i'))`;
