import { randomBytes } from "node:crypto";
import { compare, hash } from "bcryptjs";
import { folderOf } from "../names.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { type Extras, routeHeaders } from "./extras.ts";

type Secrets = Pick<Workspace, "ensureFolder" | "getSecret" | "setSecret">;

/** Where the password is kept that visitors of a project's protected hosts need. The user name is the project's. */
export const visitorsSecret = (project: string): string => `${folderOf(project)}/visitors_password`;

/** The password is a random one, so a low cost does: it only has to be in the shape that the proxy takes. */
const COST = 8;

/**
 * Who may come in: with the password that Windmill keeps, which is made up when there is none. One that somebody has put
 * there counts. The hash on record stays for as long as it fits, so that nothing changes when nothing has to.
 */
async function visitorsOf(
  workspace: Secrets,
  project: string,
  recorded: Extras["visitors"],
): Promise<NonNullable<Extras["visitors"]>> {
  const path = visitorsSecret(project);
  const kept = await workspace.getSecret(path);
  if (kept && recorded?.user === project && (await compare(kept, recorded.hash))) return recorded;
  const password = kept ?? randomBytes(18).toString("base64url");
  if (!kept) {
    await workspace.ensureFolder(folderOf(project));
    await workspace.setSecret(path, password, `What visitors of ${project} log in with, as user ${project}`);
  }
  return { user: project, hash: await hash(password, COST) };
}

/** What a caller wants beside what a host answers with; what is left out stays as it is on record. */
export type ExtrasRequest = { protect?: boolean | null; setHeaders?: { name: string; value: string }[] | null };

/** The same once it is judged: `headers` is what they should be, or nothing when they should stay. */
export type WantedExtras = { protect?: boolean; headers?: { set: Extras["headers"] } };

/** Throws InvalidInput for headers that are none of ours to set. */
export const wantedExtras = ({ protect, setHeaders }: ExtrasRequest): WantedExtras => ({
  ...(typeof protect === "boolean" ? { protect } : {}),
  ...(setHeaders == null ? {} : { headers: { set: routeHeaders(setHeaders) } }),
});

/** What a route gets, from what is wanted and what it has. */
export async function extrasOf(
  workspace: Secrets,
  project: string,
  { protect, headers }: WantedExtras,
  recorded: Extras,
): Promise<Extras> {
  const set = headers ? headers.set : recorded.headers;
  const isProtected = protect ?? recorded.visitors !== undefined;
  return {
    ...(set ? { headers: set } : {}),
    ...(isProtected ? { visitors: await visitorsOf(workspace, project, recorded.visitors) } : {}),
  };
}
