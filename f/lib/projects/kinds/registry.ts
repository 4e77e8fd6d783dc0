import type { Kind } from "./kind.ts";
import { projectKind } from "./project.ts";
import { routesKind } from "./routes.ts";
import { schemaKind } from "./schema.ts";
import { siteKind } from "./site.ts";
import { waitlistKind } from "./waitlist.ts";

/** In the order of creation: each stands on those before it. They are taken down in the opposite order. */
export const KINDS: readonly Kind[] = [projectKind, schemaKind, waitlistKind, siteKind, routesKind];
