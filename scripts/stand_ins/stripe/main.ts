import { join } from "node:path";
import Stripe from "stripe";
import { runStandIn, type StandIn } from "../run.ts";
import { Deliveries } from "./delivery/deliveries.ts";
import { emit } from "./delivery/events.ts";
import { weatherRoutes } from "./delivery/weather.ts";
import { answering } from "./http/call.ts";
import { Problem, problemResponse } from "./http/problem.ts";
import { passRealTime } from "./objects/clocks.ts";
import { checkoutPage } from "./pages/checkout.ts";
import { portalPage } from "./pages/portal.ts";
import { API } from "./routes.ts";
import { Store } from "./store/store.ts";
import { clockOf, newId, type World } from "./world.ts";

const TICK_MS = 500;

await runStandIn("stripe", ({ dataDir, url }) => {
  const store = new Store(join(dataDir, "stripe.sqlite"));
  const now = clockOf(store);
  const base = {
    store,
    url,
    now,
    id: newId,
    secretKey: process.env.STRIPE_SECRET_KEY ?? "",
    apiVersion: Stripe.API_VERSION,
  };
  const world: World = { ...base, emit: (type, object, previous) => emit(base, type, object, previous) };
  const deliveries = new Deliveries(store);
  const tick = setInterval(() => passRealTime(world), TICK_MS);
  return {
    routes: {
      ...Object.fromEntries(
        Object.entries(API).map(([path, methods]) => [
          path,
          Object.fromEntries(Object.entries(methods).map(([method, one]) => [method, answering(world, one)])),
        ]),
      ),
      "/c/pay/:id": checkoutPage(world),
      "/p/session/:id": portalPage(world),
      ...weatherRoutes(deliveries),
    } as StandIn["routes"],
    refuse: (status, message) => problemResponse(new Problem(status, "api_error", message)),
    close() {
      clearInterval(tick);
      deliveries.stop();
      store.close();
    },
  };
});
