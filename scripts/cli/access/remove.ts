import type { RevokedAccess } from "../../../f/lib/access/revoke.ts";
import type { ProjectAction } from "../project_actions.ts";

export const remove: ProjectAction = {
  summary: "take a key back; it stops working at once",
  args: ["<holder>"],
  options: {},
  async run({ of, environment, project, args: [name = ""], windmill, terminal }) {
    const removed = (await terminal.step("key", () =>
      windmill.run("script", "f/infra/projects/delete_access", { project: of, name, environment }),
    )) as RevokedAccess;
    const text =
      removed.status === "deleted"
        ? `The key of ${name} for ${project} works no longer.`
        : `${name} has no key for ${project}.`;
    return { text, document: removed };
  },
};
