import { join, resolve } from "node:path";
import { type Home, openHome } from "../stack/home.ts";
import type { Stack } from "../stack/stack.ts";
import { Failure, usage } from "./failure.ts";

/** The Windmill a command talks to. */
export type Connection = { url: string; token: string; workspace: string };

type Flags = { state?: string; "base-url"?: string; token?: string; workspace?: string };
type Env = Record<string, string | undefined>;

/** The repository this command line belongs to. */
export const CHECKOUT = resolve(import.meta.dirname, "../..");

export const homeOf = ({ state }: Flags, env: Env): Home =>
  openHome(state ?? (env.RUN8N_HOME || join(CHECKOUT, ".run8n")));

/**
 * Flags win over the environment, which wins over the local stack. BASE_URL alone does not count: other tools use
 * that name too.
 */
export function connectionOf(flags: Flags, env: Env): Connection {
  const stack = homeOf(flags, env).read<Stack>("stack")?.windmill;
  const meant = flags["base-url"] ?? (flags.state || (stack && !env.WM_TOKEN) ? undefined : env.BASE_URL);
  const local = meant === undefined ? stack : undefined;
  const url = meant === undefined ? local?.url : origin(meant);
  const token = flags.token ?? local?.token ?? env.WM_TOKEN;
  const workspace = flags.workspace ?? local?.workspace ?? env.WM_WORKSPACE;
  if (!url) {
    throw new Failure("there is no Windmill to talk to", {
      hint: "Start the local stack with `run8n up`, or set BASE_URL, WM_TOKEN and WM_WORKSPACE.",
    });
  }
  if (!token) throw usage(`there is no token for ${url}`, "Pass --token, or set WM_TOKEN.");
  if (!workspace) throw usage(`there is no workspace for ${url}`, "Pass --workspace, or set WM_WORKSPACE.");
  return { url, token, workspace };
}

/** Without a trailing slash or an `/api`, which people copy along. */
function origin(url: string): string {
  if (!/^https?:\/\/[^/]/.test(url))
    throw usage("the base URL must begin with http:// or https://", "Pass the address of Windmill.");
  return url.replace(/\/+$/, "").replace(/\/api$/, "");
}
