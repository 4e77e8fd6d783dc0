import type { RotatedSecrets } from "../../../f/lib/projects/env.ts";
import { usage } from "../failure.ts";
import type { ProjectAction } from "../project_actions.ts";

export const rotate: ProjectAction = {
  summary: "give all passwords new values; the old ones work for a while",
  args: [],
  options: {
    grace: {
      type: "string",
      value: "SECONDS",
      help: "how long the old ones go on working (default: a day; 0: not at all)",
    },
  },
  async run({ project, values, windmill, terminal }) {
    const graceSeconds = values.grace === undefined ? undefined : Number(values.grace);
    if (graceSeconds !== undefined && !(Number.isInteger(graceSeconds) && graceSeconds >= 0)) {
      throw usage("--grace must be a whole number of seconds", "Leave it out for a day.");
    }
    const rotated = (await terminal.step("rotate", () =>
      windmill.run("script", "f/infra/projects/update_secrets", { project, graceSeconds }),
    )) as RotatedSecrets;
    const lines = rotated.secrets.map(({ what, status, previousWorksUntil }) => {
      const how = status === "updated" ? "has a new password" : "was changed before and still has two";
      return `  ${what.padEnd(24)} ${how}; the old one works until ${previousWorksUntil?.slice(0, 19).replace("T", " ")} UTC`;
    });
    return { text: [...lines, "", "Give the app its new environment: run8n env pull"].join("\n"), document: rotated };
  },
};
