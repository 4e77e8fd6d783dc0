import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { applySetting } from "./bucket.ts";
import { request, type StoragePorts, unlessRefused } from "./client.ts";
import { corsSetting } from "./storage_settings.ts";
import { allOf, readXml } from "./xml.ts";

/** Those of the origins whose pages the bucket takes no files from; all of them where there is no bucket. */
export async function refusedOrigins(ports: StoragePorts, origins: string[]): Promise<string[]> {
  const allowed = await allowedOrigins(ports);
  return origins.filter((origin) => !allowed.some((pattern) => covers(pattern, origin)));
}

/** Lets pages of some origins send files, and those of others no longer; the rest stays as it is. Safe to repeat. */
export async function changeOrigins(
  { sql, ...ports }: StoragePorts & { sql: Sql },
  { add = [], remove = [] }: { add?: string[]; remove?: string[] },
): Promise<{ status: "updated" | "unchanged" }> {
  const asked = { add, remove };
  // Under the lease that ensure_bucket takes: two at once would write over each other's origins.
  return operate({ sql, verb: "infra/storage/ensure_bucket", project: "*", arguments: asked }, async () => {
    const before = await allowedOrigins(ports);
    const missing = add.filter((origin) => !before.some((pattern) => covers(pattern, origin)));
    const after = [...before.filter((origin) => !remove.includes(origin)), ...missing];
    if (missing.length === 0 && after.length === before.length) return { status: "unchanged" };
    if (after.length > 0) await applySetting(ports, corsSetting(after));
    else await request(ports, { method: "DELETE", query: { cors: "" } });
    return { status: "updated" };
  });
}

async function allowedOrigins(ports: StoragePorts): Promise<string[]> {
  const asked = request(ports, { method: "GET", query: { cors: "" } });
  const answer = await unlessRefused(["NoSuchCORSConfiguration", "NoSuchBucket"], asked);
  if (!answer) return [];
  return allOf(readXml(answer.body), "CORSRule").flatMap((rule) =>
    allOf(rule, "AllowedOrigin").map(({ text }) => text.toLowerCase()),
  );
}

/** As S3 compares them: one `*` stands for anything. */
function covers(pattern: string, origin: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === origin;
  return origin.length >= pattern.length && origin.startsWith(before) && origin.endsWith(after);
}
