import type { AccessKey } from "../../../f/lib/access/record.ts";
import type { ProjectAction } from "../project_actions.ts";

export const list: ProjectAction = {
  summary: "who has a key, for what, until when, and when it was last used",
  args: [],
  options: { all: { type: "boolean", help: "also keys that work no longer" } },
  async run({ of, values, windmill, terminal }) {
    const asked = { project: of, all: values.all === true };
    const { items } = (await windmill.run("script", "f/infra/projects/list_access", asked)) as { items: AccessKey[] };
    const { green, dim } = terminal.style;
    const width = (of: (one: AccessKey) => string) => Math.max(...items.map((one) => of(one).length));
    const [names, environments] = [width(({ name }) => name), width(({ environment }) => environment)];
    const lines = items.map(({ name, environment, verbs, status, expiresAt, lastUsedAt }) => {
      const used = lastUsedAt ? `last used ${lastUsedAt.slice(0, 16).replace("T", " ")}` : "never used";
      const mark = status === "active" ? green("●") : dim("○");
      const until = status === "active" ? `until ${expiresAt.slice(0, 10)}` : status;
      return `${mark} ${name.padEnd(names)}  ${environment.padEnd(environments)}  ${until.padEnd(17)} ${used.padEnd(27)} ${dim(verbs.join(", "))}`;
    });
    const none = `Nobody has a key for ${of}; make one with \`run8n access add <holder> --verbs ...\`.`;
    return { text: lines.join("\n") || none, document: { items } };
  },
};
