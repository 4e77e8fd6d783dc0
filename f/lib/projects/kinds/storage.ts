import { hostFor, publicUrl } from "../../caddy/hosts.ts";
import { recordedSpecs } from "../../caddy/project_routes.ts";
import type { CaddyValue, S3Value } from "../../resources.ts";
import { changeOrigins, refusedOrigins } from "../../storage/cors.ts";
import { holdsFiles } from "../../storage/deletion.ts";
import { ensureStorage, inspectStorage, lockStorage, removeStorage } from "../../storage/lifecycle.ts";
import { findStorage, storageFor } from "../../storage/project.ts";
import { requireProject } from "../record.ts";
import type { Finding, Kind, Target } from "./kind.ts";

/**
 * Files that users of the app upload: a prefix of the bucket with its limits, and pages that the bucket takes files from.
 * A manifest that no longer wants storage leaves the files that there are.
 */
export const storageKind: Kind = {
  kind: "storage",
  async plan({ workspace, connection }, target) {
    const { project, manifest } = target;
    if (!manifest.storage) return [];
    const s3 = await connection<S3Value>("storage");
    const what = `Storage below ${storageFor(project).prefix} of bucket ${s3.bucket}`;
    const state = await inspectStorage({ workspace }, project, manifest.storage);
    if (state === "absent") return [{ action: "create", what, why: "the project keeps no files yet", risk: "safe" }];
    const update = (why: string): Finding => ({ action: "update", what, why, risk: "safe" });
    const refused = await refusedOrigins({ s3 }, pagesOf(target, await connection<CaddyValue>("caddy")));
    return [
      ...(state === "locked" ? [update("it is locked")] : []),
      ...(state === "different" ? [update("its limits are others")] : []),
      ...refused.map((origin) => update(`pages of ${origin} may send no files`)),
    ];
  },
  async apply({ sql, workspace, connection }, target) {
    const { project, manifest } = target;
    if (!manifest.storage) return { status: "unchanged" };
    const s3 = await connection<S3Value>("storage");
    const { status } = await ensureStorage({ sql, s3, workspace }, project, manifest.storage);
    const pages = pagesOf(target, await connection<CaddyValue>("caddy"));
    if ((await refusedOrigins({ s3 }, pages)).length === 0) return { status };
    await changeOrigins({ sql, s3 }, { add: pages });
    return { status: status === "created" ? status : "updated" };
  },
  /** No keys of the object store: those that the server has open every project's files. The routes give out URLs. */
  async env({ sql, workspace }, project): Promise<Record<string, string>> {
    if (!(await findStorage(workspace, project))) return {};
    return { STORAGE_URL: `${(await requireProject(sql, project)).url}/api/storage` };
  },
  lock: ({ workspace }, project) => lockStorage({ workspace }, project),
  async list({ optional }, project) {
    const s3 = await optional<S3Value>("storage");
    const { prefix } = storageFor(project);
    return s3 && (await holdsFiles({ s3 }, prefix)) ? [`files ${prefix} in bucket ${s3.bucket}`] : [];
  },
  async drop({ sql, workspace, optional, connection }, project) {
    const s3 = await optional<S3Value>("storage");
    if (!s3) return {};
    if ((await findStorage(workspace, project)) || (await holdsFiles({ s3 }, storageFor(project).prefix))) {
      await removeStorage({ s3, workspace }, project);
    }
    const caddy = await connection<CaddyValue>("caddy");
    const hosts = [hostFor(project, null, caddy), ...(await recordedSpecs(sql, project)).keys()];
    await changeOrigins({ sql, s3 }, { remove: hosts.map((host) => publicUrl(host, caddy)) });
    return {};
  },
};

const pagesOf = ({ project, manifest }: Target, caddy: CaddyValue): string[] =>
  [null, ...manifest.domains].map((domain) => publicUrl(hostFor(project, domain, caddy), caddy));
