import { InvalidInputError, NotFoundError } from "../errors.ts";
import { describe, folderOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { requireBase } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import { requireTable } from "./metadata.ts";
import {
  type Event,
  type Hook,
  headerPaths,
  hookBody,
  isAsWanted,
  isHeaderValue,
  type WantedHook,
  webhookEvents,
  webhookUrl,
} from "./webhook.ts";

export type WebhookPorts = { sql: Sql; workspace: Workspace; nocodb: Nocodb };

export type EnsuredWebhook = {
  project: string;
  table: string;
  /** `headers` names them; their values stay in Windmill and NocoDB. */
  webhook: { id: string; name: string; url: string; events: Event[]; headers: string[]; active: boolean };
  status: "created" | "updated" | "unchanged";
};

type Asked = {
  project: string;
  table: string;
  name: string;
  url: string;
  events?: unknown;
  headers?: unknown;
  active?: boolean | null;
};

/**
 * Makes a table's webhook exist as given, known by its name. A header's value is read from its variable each time, so one
 * that was changed there is taken over with the next call.
 *
 * Throws InvalidInput for an address that NocoDB would not or should not call, NotFound for a table or a variable that is
 * not there.
 */
export async function ensureWebhook({ sql, workspace, nocodb }: WebhookPorts, asked: Asked): Promise<EnsuredWebhook> {
  const name = webhookName(asked.name);
  const url = webhookUrl(asked.url, nocodb.value.url);
  const events = webhookEvents(asked.events);
  const base = await requireBase(nocodb, asked.project);
  const { project } = base;
  const paths = headerPaths(asked.headers, folderOf(project));
  const { id: tableId, title: table } = await requireTable(nocodb, base, asked.table);
  const logged = { project, table, name, events, headers: Object.fromEntries(paths) };
  return operate({ sql, verb: "infra/nocodb/ensure_webhook", project, arguments: logged }, async () => {
    const headers = await readHeaders(workspace, paths);
    const wanted: WantedHook = { name, url, events, headers, active: asked.active ?? true };
    const at = path`/api/v2/meta/tables/${tableId}/hooks`;
    const { list } = await nocodb.get<{ list: Hook[] }>(at);
    const found = list.find(({ title }) => title === name);
    const isRight = found !== undefined && isAsWanted(found, wanted);
    if (found && !isRight) await nocodb.patch(path`/api/v2/meta/hooks/${found.id}`, hookBody(wanted));
    const { id } = found ?? (await nocodb.post<Hook>(at, hookBody(wanted)));
    return {
      ...{ project, table },
      webhook: { id, name, url, events, headers: Object.keys(headers), active: wanted.active },
      status: !found ? "created" : isRight ? "unchanged" : "updated",
    };
  });
}

function webhookName(value: unknown): string {
  if (typeof value === "string" && /^[\w][\w .-]{0,98}$/.test(value)) return value;
  throw new InvalidInputError(
    `A webhook is named by 1 to 99 letters, digits, spaces, ".", "_" and "-"; got ${describe(value)}`,
    { hint: 'Choose a name such as "tell the shop".', details: { argument: "name" } },
  );
}

async function readHeaders(workspace: Workspace, paths: [string, string][]): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, variable] of paths) {
    const value = await workspace.getSecret(variable);
    if (value === undefined)
      throw new NotFoundError(`There is no variable ${variable} for the header ${name}`, {
        hint: "Make it in Windmill, then call again.",
        details: { argument: "headers", variable },
      });
    if (!isHeaderValue(value))
      throw new InvalidInputError(`The variable ${variable} holds what no header may have`, {
        hint: "Give it up to 4096 printable ASCII characters, without {{.",
        details: { argument: "headers", variable },
      });
    headers[name] = value;
  }
  return headers;
}
