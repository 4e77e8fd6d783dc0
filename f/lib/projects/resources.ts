import { projectName } from "../names.ts";
import type { Ports } from "./kinds/kind.ts";
import { KINDS } from "./kinds/registry.ts";
import { environmentsOf } from "./record.ts";

/** One thing that exists of a project, such as `schema shop` of the kind schema. */
export type ResourceItem = { project: string; kind: string; what: string };

/** A step of taking a project down: one kind of one project or environment. */
export type TakedownStep = { project: string; kind: string };

export type Resources = {
  project: string;
  items: ResourceItem[];
  /** What delete_project locks, in order: each record first, so that nothing is applied to it meanwhile. */
  locks: TakedownStep[];
  /** What drop_project drops, in order: environments first, each record last, so that a drop cut short is gone on with. */
  drops: TakedownStep[];
};

/** Everything that there is of a project and its environments on every service, whatever the records say. */
export async function listResources(ports: Ports, name: string): Promise<Resources> {
  const project = projectName(name);
  const environments = (await environmentsOf(ports.sql, project)).map((one) => one.project);
  const all = [...environments, project];
  const items: ResourceItem[] = [];
  for (const one of all) {
    for (const { kind, list } of KINDS) {
      for (const what of await list(ports, one)) items.push({ project: one, kind, what });
    }
  }
  const existing = all.filter((one) => items.some((item) => item.project === one));
  const steps = (kinds: readonly { kind: string }[]) =>
    existing.flatMap((one) => kinds.map(({ kind }) => ({ project: one, kind })));
  return {
    project,
    items,
    locks: steps(KINDS.filter(({ lock }) => lock)),
    drops: steps(KINDS.filter(({ drop }) => drop).toReversed()),
  };
}
