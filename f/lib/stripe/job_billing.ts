import { folderOf } from "../names.ts";
import { type Sql, withPostgres } from "../postgres/connect.ts";
import { namedResource, type PostgresqlValue, type StripeValue } from "../resources.ts";
import { type StripeClient, stripeClient } from "./client.ts";

/** What the routes of f/api/stripe work with: the project's own app role, and the account. */
export async function withBilling<T>(
  project: string,
  work: (ports: { sql: Sql; stripe: StripeClient; project: string }) => Promise<T>,
): Promise<T> {
  const [db, stripe] = await Promise.all([
    namedResource<PostgresqlValue>(`${folderOf(project)}/postgres_app`),
    namedResource<StripeValue>("f/infra/stripe").then(stripeClient),
  ]);
  return withPostgres(db, (sql) => work({ sql, stripe, project }));
}
