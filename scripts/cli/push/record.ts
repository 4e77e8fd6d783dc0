import type { Windmill } from "../windmill.ts";
import type { Pushed } from "./guard.ts";

/**
 * Where the workspace keeps what we pushed to it. The type `state` keeps it out of everybody's `wmill sync`: a stale
 * copy that somebody pushes back would make us mistake their items for ours.
 */
export const RECORD = "f/lib/pushed";

export async function readPushed(windmill: Windmill): Promise<Pushed> {
  const resource = await windmill.find<{ value?: Partial<Pushed> }>(`resources/get/${RECORD}`);
  const { commit = null, items = {}, intent = {}, digest = null } = resource?.value ?? {};
  return { commit, items, intent, digest };
}

export async function writePushed(windmill: Windmill, value: Pushed): Promise<void> {
  if (await windmill.find(`resources/get/${RECORD}`))
    await windmill.post(`resources/update_value/${RECORD}`, { value });
  else {
    const description = "What `run8n push` has put into this workspace. Without it, run8n touches nothing that exists.";
    await windmill.post("resources/create", { path: RECORD, value, resource_type: "state", description });
  }
}
