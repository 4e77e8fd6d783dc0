import { FolderService, ResourceService, ScheduleService, VariableService } from "windmill-client";
import { asking } from "./asking.ts";

/** A variable, resource or schedule that lies in a folder. */
export type FolderItem = { kind: "variable" | "resource" | "schedule"; path: string };

type Listed = { kind: FolderItem["kind"]; list: (page: number) => PromiseLike<{ path: string }[]> };
type Remove = (data: { workspace: string; path: string }) => PromiseLike<unknown>;

const PER_PAGE = 100;
const REMOVE: Record<FolderItem["kind"], Remove> = {
  variable: (data) => VariableService.deleteVariable(data),
  resource: (data) => ResourceService.deleteResource(data),
  schedule: (data) => ScheduleService.deleteSchedule(data),
};

/** What lies in a folder such as `f/project_shop`, and whether the folder itself is there. */
export async function readFolder(workspace: string, folder: string): Promise<{ exists: boolean; items: FolderItem[] }> {
  const within = { workspace, pathStart: `${folder}/`, perPage: PER_PAGE };
  const kinds: Listed[] = [
    { kind: "variable", list: (page) => VariableService.listVariable({ ...within, page }) },
    { kind: "resource", list: (page) => ResourceService.listResource({ ...within, page }) },
    { kind: "schedule", list: (page) => ScheduleService.listSchedules({ ...within, page }) },
  ];
  const found = await Promise.all(kinds.map((kind) => allOf(kind, folder)));
  const name = folder.replace(/^f\//, "");
  const exists = await asking("look for", folder, () => FolderService.existsFolder({ workspace, name }));
  return { exists, items: found.flat() };
}

async function allOf({ kind, list }: Listed, folder: string): Promise<FolderItem[]> {
  const items: FolderItem[] = [];
  for (let page = 1; ; page++) {
    const found = await asking("list what is in", folder, () => list(page));
    // The filter is only a hint to the server; what is deleted later must surely lie in the folder.
    items.push(...found.filter(({ path }) => path.startsWith(`${folder}/`)).map(({ path }) => ({ kind, path })));
    if (found.length < PER_PAGE) return items;
  }
}

/** Deletes a folder with everything in it: schedules first, so that nothing runs any more, connections before secrets. */
export async function removeFolder(workspace: string, folder: string): Promise<void> {
  const { exists, items } = await readFolder(workspace, folder);
  for (const kind of ["schedule", "resource", "variable"] as const) {
    for (const { path } of items.filter((item) => item.kind === kind)) {
      await asking("delete", path, () => REMOVE[kind]({ workspace, path }));
    }
  }
  const name = folder.replace(/^f\//, "");
  if (exists) await asking("delete", folder, () => FolderService.deleteFolder({ workspace, name }));
}
