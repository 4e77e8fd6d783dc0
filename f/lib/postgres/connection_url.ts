import type { PostgresqlValue } from "../resources.ts";

/** A login as the one line that apps and tools take; `schema` is Prisma's word for where its tables are. */
export function connectionUrl(
  { host, port, user, password, dbname, sslmode }: PostgresqlValue,
  schema: string,
): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const query = new URLSearchParams({ schema, ...(sslmode ? { sslmode } : {}) });
  return `postgresql://${login}@${address}/${encodeURIComponent(dbname)}?${query}`;
}
