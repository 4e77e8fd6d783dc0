import { createHmac } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { InvalidInputError } from "../errors.ts";
import { folderOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { QdrantValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { statusOf, withQdrant } from "./client.ts";
import { collectionName, qdrantName } from "./names.ts";

const ROLES = { read: "r", write: "rw" } as const;
export type AccessRole = keyof typeof ROLES;

export type EnsuredAccess = {
  project: string;
  collection: string;
  role: AccessRole;
  /** `key`: the server holds the key to this collection. `endpoint`: it has no such keys, only our endpoints protect it. */
  enforcedBy: "key" | "endpoint";
  status: "created" | "updated" | "unchanged" | "unavailable";
  /** Paths in Windmill of the connection and of its key, with `key`. */
  resource?: string;
  secret?: string;
};

/** Where a collection's connection and key are kept. */
export const accessPaths = (project: string, collection: string, role: AccessRole) => {
  const base = `${folderOf(project)}/qdrant_${collectionName(collection)}_${role}`;
  return { resource: base, secret: `${base}_key` };
};

/**
 * Makes a key that opens one collection of the project, to read or to write, where the server has such keys (Qdrant with
 * service.jwt_rbac), and keeps it as a secret with a `qdrant` resource beside it. That the server obeys it is tried out: it
 * must open this collection and no other. Without such keys nothing is made, and the answer says so.
 */
export async function ensureAccess(
  { sql, qdrant, workspace }: { sql: Sql; qdrant: QdrantValue; workspace: Workspace },
  { project, collection, role }: { project: string; collection: string; role: AccessRole },
): Promise<EnsuredAccess> {
  const name = qdrantName(project, collection);
  const access = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  if (!access) {
    throw new InvalidInputError("role must be read or write", {
      hint: 'Pass "read" for an app that searches, "write" for one that also changes points.',
      details: { argument: "role" },
    });
  }
  const asked = { project, collection, role };
  return operate({ sql, verb: "infra/qdrant/ensure_access", project, arguments: asked }, async () => {
    const token = qdrant.api_key ? tokenFor(qdrant.api_key, name, access) : undefined;
    if (!token || !(await isObeyed({ url: qdrant.url, api_key: token }, name))) {
      return { ...asked, enforcedBy: "endpoint", status: "unavailable" };
    }
    const paths = accessPaths(project, collection, role);
    const connection = { url: qdrant.url, api_key: `$var:${paths.secret}` };
    const [keptToken, keptConnection] = [
      await workspace.getSecret(paths.secret),
      await workspace.getResource(paths.resource),
    ];
    const same = keptToken === token && isDeepStrictEqual(keptConnection, connection);
    const status = same ? "unchanged" : keptToken || keptConnection ? "updated" : "created";
    if (!same) {
      await workspace.ensureFolder(folderOf(project));
      await workspace.setSecret(paths.secret, token, `Key to Qdrant's collection ${name}, to ${role}`);
      await workspace.setResource(paths.resource, "qdrant", connection);
    }
    return { ...asked, enforcedBy: "key", status, ...paths };
  });
}

export async function forgetAccess(workspace: Workspace, project: string, collection: string): Promise<void> {
  for (const role of Object.keys(ROLES) as AccessRole[]) {
    const { resource, secret } = accessPaths(project, collection, role);
    await workspace.deleteResource(resource);
    await workspace.deleteSecret(secret);
  }
}

/** A token as Qdrant checks it: signed with the API key, without an end, so that the same key makes the same token. */
function tokenFor(apiKey: string, collection: string, access: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ access: [{ collection, access }] })}`;
  return `${text}.${createHmac("sha256", apiKey).update(text).digest("base64url")}`;
}

/** It must not open another collection, be there one or not, and must not be refused for the one that it is for. */
function isObeyed(scoped: QdrantValue, name: string): Promise<boolean> {
  return withQdrant(scoped, async (client) => {
    const other = await statusOfCall(() => client.getCollection(`${name}__other`));
    const own = await statusOfCall(() => client.getCollection(name));
    return other === 403 && own !== 401 && own !== 403;
  });
}

async function statusOfCall(call: () => Promise<unknown>): Promise<number> {
  try {
    await call();
    return 200;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    return status;
  }
}
