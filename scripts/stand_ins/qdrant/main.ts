import { runStandIn } from "../run.ts";
import { refuse } from "./answer.ts";
import { routesOf } from "./routes.ts";
import { Store } from "./store.ts";

/**
 * A small Qdrant 1.18: collections, points, query, scroll, count, payload indexes, snapshots, API key and scoped tokens,
 * as the official client uses them. Scores are exact: there is no approximate index.
 */
await runStandIn("qdrant", ({ dataDir }) => ({
  routes: routesOf(new Store(dataDir), process.env.RUN8N_QDRANT_KEY ?? ""),
  refuse,
}));
