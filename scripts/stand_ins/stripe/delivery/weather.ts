import * as z from "zod";
import type { StandIn } from "../../run.ts";
import { type Deliveries, FAIR } from "./deliveries.ts";

const weather = z
  .strictObject({
    duplicates: z.number().min(0).max(1),
    shuffle: z.boolean(),
    parallel: z.number().int().min(1).max(64),
    hold: z.boolean(),
    retrySeconds: z.array(z.number().min(0)),
  })
  .partial();

/** What tests and benchmarks steer and watch; Stripe has nothing like it. */
export const weatherRoutes = (deliveries: Deliveries): StandIn["routes"] => ({
  "/_stand_in/weather": {
    GET: () => Response.json(deliveries.weather),
    POST: async (request) => {
      const wanted = weather.safeParse(await request.json());
      if (!wanted.success) return Response.json({ error: { message: wanted.error.message } }, { status: 400 });
      deliveries.weather = { ...FAIR, ...wanted.data };
      return Response.json(deliveries.weather);
    },
  },
  "/_stand_in/deliveries": { GET: () => Response.json(deliveries.tally()) },
  "/_stand_in/health": { GET: () => Response.json({ service: "stripe stand-in" }) },
});
