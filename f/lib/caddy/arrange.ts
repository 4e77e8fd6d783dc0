import { isDeepStrictEqual } from "node:util";
import { type CaddyRoute, GROUP, ownRoute } from "./route.ts";
import { SERVING_ID, servingRoute } from "./site_serving.ts";

/**
 * The routes of our server in the order that they need: those of projects, behind them the one that serves all sites, as
 * long as there are any, and then others' routes, which could swallow what is handed over to it. Those that stand in front
 * of all of ours stay there.
 *
 * A site's route of an older run8n brings with it how it is served and ends there, so that it goes on as it is among
 * newer ones until it is written anew.
 */
export function arranged(routes: CaddyRoute[]): CaddyRoute[] {
  const others = routes.filter((route) => !ownRoute(route) && !isServing(route));
  const own = routes.filter(ownRoute).map((route) => ({ ...route, group: GROUP }));
  const inFront = Math.max(
    0,
    routes.findIndex((route) => ownRoute(route) !== undefined),
  );
  return [
    ...others.slice(0, inFront),
    ...own,
    ...(own.some(handsOver) ? [servingRoute()] : []),
    ...others.slice(inFront),
  ];
}

export const isArranged = (routes: CaddyRoute[]): boolean => isDeepStrictEqual(arranged(routes), routes);

const isServing = (route: CaddyRoute): boolean => route["@id"] === SERVING_ID;

/** Whether it is a site's route that needs the other one. */
export const handsOver = (route: CaddyRoute): boolean => ownRoute(route)?.kind === "static" && !route.terminal;
