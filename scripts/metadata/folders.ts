import { pulledYaml } from "./yaml.ts";

/** The Windmill folders of this repository, with what they hold. */
const FOLDERS = {
  api: "What app front ends and the public call",
  infra: "Operator verbs: projects, databases, sites, routes",
  lib: "Libraries of the scripts in api and infra; nothing here runs by itself",
};

/** `f/<folder>/folder.meta.yaml`, as a pull writes it for a folder that only admins own. */
export function folderMetas(): Map<string, string> {
  return new Map(
    Object.entries(FOLDERS).map(([name, summary]) => [
      `f/${name}/folder.meta.yaml`,
      pulledYaml({ summary, display_name: name, owners: [], extra_perms: {} }),
    ]),
  );
}
