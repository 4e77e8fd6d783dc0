import { type CaddyRoute, ownRoute } from "./route.ts";

export const isWildcard = (host: string): boolean => host.startsWith("*.");

/** `*.example.com` of `shop.example.com`: a wildcard stands for exactly one label. */
export const wildcardOf = (host: string): string => host.replace(/^[^.]+/, "*");

/** Whether some name is both. */
export const overlap = (a: string, b: string): boolean => a === b || wildcardOf(a) === b || a === wildcardOf(b);

/**
 * The routes with one more of ours, which takes the place of those of its host. It goes in front, because a route without
 * a host, wherever it stands, must not swallow it; a wildcard goes behind all of our full names, which it must not swallow.
 */
export function placeRoute(route: CaddyRoute, routes: CaddyRoute[]): CaddyRoute[] {
  const host = ownRoute(route)?.host ?? "";
  const others = routes.filter((one) => ownRoute(one)?.host !== host);
  if (!isWildcard(host)) return [route, ...others];
  const isFullName = (one: CaddyRoute) => {
    const own = ownRoute(one);
    return own !== undefined && !isWildcard(own.host);
  };
  const at = others.findLastIndex(isFullName) + 1;
  return [...others.slice(0, at), route, ...others.slice(at)];
}
