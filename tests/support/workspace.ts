import type { FolderItem } from "../../f/lib/windmill/folder.ts";
import type { Schedule } from "../../f/lib/windmill/schedules.ts";
import type { Workspace } from "../../f/lib/windmill/workspace.ts";

/** A workspace that lives in memory, for tests of libraries that keep secrets or connections in Windmill. */
export function memoryWorkspace() {
  const folders = new Set<string>();
  const secrets = new Map<string, string>();
  const resources = new Map<string, { type: string; value: Record<string, unknown> }>();
  const schedules = new Map<string, Schedule>();
  const workspace: Workspace = {
    ensureFolder: async (path) => void folders.add(path),
    readFolder: async (path) => {
      const within = (kind: FolderItem["kind"], paths: Iterable<string>) =>
        [...paths].filter((one) => one.startsWith(`${path}/`)).map((one) => ({ kind, path: one }));
      const items = [
        ...within("variable", secrets.keys()),
        ...within("resource", resources.keys()),
        ...within("schedule", schedules.keys()),
      ];
      return { exists: folders.has(path), items };
    },
    deleteFolder: async (path) => {
      for (const kept of [secrets, resources, schedules])
        for (const one of [...kept.keys()]) if (one.startsWith(`${path}/`)) kept.delete(one);
      folders.delete(path);
    },
    getSecret: async (path) => secrets.get(path),
    setSecret: async (path, value) => void secrets.set(path, value),
    deleteSecret: async (path) => void secrets.delete(path),
    getResource: async (path) => resources.get(path)?.value,
    setResource: async (path, type, value) => void resources.set(path, { type, value }),
    deleteResource: async (path) => void resources.delete(path),
    getSchedule: async (path) => schedules.get(path),
    setSchedule: async (schedule) => void schedules.set(schedule.path, schedule),
    pauseSchedule: async (path) => {
      const found = schedules.get(path);
      if (found) schedules.set(path, { ...found, enabled: false });
    },
    deleteSchedule: async (path) => void schedules.delete(path),
  };
  return { ...workspace, folders, secrets, resources, schedules };
}
