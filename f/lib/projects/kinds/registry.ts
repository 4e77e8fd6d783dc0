import { InvalidInputError } from "../../errors.ts";
import { describe } from "../../names.ts";
import { accessKind } from "./access.ts";
import { authKind } from "./auth.ts";
import { baseKind } from "./base.ts";
import { billingKind } from "./billing.ts";
import type { Kind } from "./kind.ts";
import { projectKind } from "./project.ts";
import { realtimeKind } from "./realtime.ts";
import { routesKind } from "./routes.ts";
import { schedulesKind } from "./schedules.ts";
import { schemaKind } from "./schema.ts";
import { siteKind } from "./site.ts";
import { storageKind } from "./storage.ts";
import { vectorsKind } from "./vectors.ts";
import { waitlistKind } from "./waitlist.ts";

/** In the order of creation: each stands on those before it. They are dropped in the opposite order. */
export const KINDS: readonly Kind[] = [
  projectKind,
  accessKind,
  schemaKind,
  waitlistKind,
  authKind,
  baseKind,
  realtimeKind,
  vectorsKind,
  siteKind,
  routesKind,
  storageKind,
  billingKind,
  schedulesKind,
];

/** A kind by its word. Throws InvalidInput for one that there is not. */
export function kindOf(word: unknown): Kind {
  const kind = KINDS.find((one) => one.kind === word);
  if (kind) return kind;
  throw new InvalidInputError(`kind must be one of ${KINDS.map((one) => one.kind).join(", ")}; got ${describe(word)}`, {
    hint: "Take it from the steps of a plan, or from list_resources.",
    details: { argument: "kind" },
  });
}
