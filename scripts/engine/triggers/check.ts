import type { Engine } from "../engine.ts";
import { badRequest } from "../errors.ts";
import type { Doc } from "../store/items.ts";
import { fullRoute, toTrigger } from "./routes.ts";

const ROUTE = /^(?:\*[-\w]+$|:?[-\w]+)(?:\/(?:\*[-\w]+$|:?[-\w]+))*$/;

/** Refuses a trigger whose route is malformed or taken, as Windmill does when it is pushed. */
export function checkTrigger(engine: Engine, path: string, doc: Doc): void {
  const trigger = toTrigger({ ...NOBODY, path, doc });
  if (!ROUTE.test(String(doc.route_path ?? ""))) throw badRequest("Invalid route path");
  if (trigger.authentication === "custom_script" && !trigger.rawString)
    throw badRequest("To use custom script authentication, please enable the raw body option.");
  const keyOf = (one: typeof trigger) =>
    `${one.method} ${fullRoute(one, engine.settings.workspace).replace(/([:*])[-\w]+/g, "$1key")}`;
  const taken = engine.items
    .list("http_trigger")
    .map(toTrigger)
    .some((other) => other.path !== path && keyOf(other) === keyOf(trigger));
  if (taken) throw badRequest("A route already exists with this path");
}

const NOBODY = { version: 0, createdBy: "", createdAt: new Date(0), editedBy: "", editedAt: new Date(0) };
