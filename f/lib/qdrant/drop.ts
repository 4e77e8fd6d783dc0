import { PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { forgetAccess } from "./access.ts";
import { type Backup, type BackupPorts, backUp } from "./backup.ts";
import { findShape } from "./ensure.ts";
import { qdrantName } from "./names.ts";

export type DroppedCollection = {
  project: string;
  collection: string;
  name: string;
  status: "dropped" | "absent";
  /** Where it can be restored from. */
  backup?: Backup;
};

/**
 * Drops a project's collection after a backup that was checked; restore_collection brings it back. Its keys in Windmill
 * go too. Throws Precondition when `confirm` is not the collection's name, Too large when it is too large to back up.
 */
export async function dropCollection(
  { sql, qdrant, http, workspace }: BackupPorts & { workspace: Workspace },
  asked: { project: string; collection: string; confirm: string; maxBytes?: number },
): Promise<DroppedCollection> {
  const { project, collection, confirm } = asked;
  const name = qdrantName(project, collection);
  if (confirm !== collection) {
    throw new PreconditionError("confirm must equal the name of the collection that is dropped", {
      hint: "Pass the collection's name a second time, as confirm.",
      details: { argument: "confirm" },
    });
  }
  const operation = { sql, verb: "infra/qdrant/drop_collection", project, arguments: { project, collection } };
  return operate({ ...operation, leaseSeconds: 3600 }, async () => {
    const about = { project, collection, name };
    const present = await findShape(qdrant, name);
    const backup = present && (await backUp({ sql, qdrant, http }, asked));
    if (present) await qdrant.deleteCollection(name);
    await forgetAccess(workspace, project, collection);
    return backup ? { ...about, status: "dropped", backup } : { ...about, status: "absent" };
  });
}
