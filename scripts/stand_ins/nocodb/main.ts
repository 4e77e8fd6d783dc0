import { runStandIn } from "../run.ts";
import { ensureAdmin, openSessions } from "./access.ts";
import { basesOf, WORKSPACE } from "./bases.ts";
import { columnsOf } from "./columns.ts";
import { expressionsOf } from "./expressions.ts";
import { fieldsOf } from "./fields.ts";
import { hooksOf } from "./hooks.ts";
import { linkRowsOf } from "./link_rows.ts";
import { linksOf } from "./links.ts";
import type { Connection } from "./metadata.ts";
import { recordsOf } from "./record_routes.ts";
import { rowsOf } from "./rows.ts";
import { type Route, serving } from "./serve.ts";
import { sourcesOf } from "./sources.ts";
import { openStore } from "./store.ts";
import { syncOf } from "./sync.ts";
import { tablesOf } from "./tables.ts";
import { usersOf } from "./users.ts";

type Routes = Record<string, Record<string, Route>>;

/** The version whose answers this stands in for. */
const VERSION = "0.301.3";

/** `NC_DB` as NocoDB reads it: `pg://host:port?u=user&p=password&d=database`. */
function connectionFrom(text = ""): Connection {
  const url = new URL(text);
  const [user, password, database] = ["u", "p", "d"].map((key) => url.searchParams.get(key) ?? "") as [
    string,
    string,
    string,
  ];
  return { host: url.hostname, port: Number(url.port), user, password, database };
}

await runStandIn("nocodb", async () => {
  const { NC_DB, NC_ADMIN_EMAIL = "", NC_ADMIN_PASSWORD = "" } = process.env;
  const store = await openStore(connectionFrom(NC_DB));
  await ensureAdmin(store, NC_ADMIN_EMAIL, NC_ADMIN_PASSWORD);
  const sessions = await openSessions(store);
  const bases = basesOf(store);
  const columns = columnsOf(store);
  const tables = tablesOf(store, bases, columns);
  const links = linksOf(store, columns);
  const expressions = expressionsOf(store, columns, links);
  const rows = rowsOf(store, columns, links, expressions);
  const linkRows = linkRowsOf(store, tables, columns, links, rows);
  const hooks = hooksOf(store, tables);
  const sync = syncOf(store, bases, columns);
  const users = usersOf(store, bases, sessions);
  const closed: Routes = {
    ...bases.routes,
    ...sourcesOf(store, bases, (source) => sync.sync(source, tables)),
    ...tables.routes,
    ...fieldsOf(store, tables, columns, links),
    ...recordsOf({ store, tables, columns, links, rows, linkRows, hooks }),
    ...linkRows.routes,
    ...hooks.routes,
    ...users.routes,
    "/api/v2/meta/bases/:base/meta-diff/:source": { POST: sync.run(tables) },
  };
  const open: Routes = {
    ...users.open,
    "/api/v1/health": { GET: () => ({ message: "OK" }) },
    "/api/v2/meta/nocodb/info": {
      GET: () => ({ version: VERSION, ee: false, connectToExternalDB: true, ncDefaultWorkspaceId: WORKSPACE }),
    },
  };
  const serve = serving(sessions.callerOf);
  const wrapped = (routes: Routes, options?: { open: boolean }) =>
    Object.entries(routes).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, route]) => [method, serve(route, options)])),
    ]);
  return {
    routes: Object.fromEntries([...wrapped(closed), ...wrapped(open, { open: true })]),
    refuse: (status, msg) => Response.json({ error: status === 501 ? "NOT_SUPPORTED" : "INTERNAL", msg }, { status }),
    close: store.close,
  };
});
