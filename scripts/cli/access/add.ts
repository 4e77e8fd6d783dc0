import type { EnsuredAccess } from "../../../f/lib/access/ensure.ts";
import { SCOPES } from "../../../f/lib/access/scopes.ts";
import { usage } from "../failure.ts";
import type { ProjectAction } from "../project_actions.ts";

const VERBS = Object.keys(SCOPES);

export const add: ProjectAction = {
  summary: "make a key for exactly some verbs; it is shown once",
  args: ["<holder>"],
  options: {
    verbs: { type: "string", value: "LIST", help: "what the key may do, by commas; without it they are listed" },
    days: { type: "string", value: "N", help: "days until it ends, 1 to 366 (default: 30)" },
    renew: { type: "boolean", help: "make a new key although there is a good one; the old one ends at once" },
  },
  async run({ of, environment, project, args: [name], values, windmill, terminal }) {
    const verbs = String(values.verbs ?? "")
      .split(",")
      .map((verb) => verb.trim())
      .filter(Boolean);
    if (verbs.length === 0) throw usage("a key needs --verbs", `Choose among: ${VERBS.join(", ")}.`);
    const expiresInDays = values.days === undefined ? undefined : Number(values.days);
    const asked = { project: of, name, verbs, environment, expiresInDays, renew: values.renew === true };
    const made = (await terminal.step("key", () =>
      windmill.runOnce("f/infra/projects/ensure_access", asked),
    )) as EnsuredAccess;
    const { bold, dim } = terminal.style;
    const about = `${made.name} may ${made.verbs.join(", ")} on ${project} until ${made.expiresAt.slice(0, 10)}.`;
    const url = `${windmill.url}/api/r/${windmill.workspace}/projects/${project}/${made.verbs[0]}`;
    const how = `curl -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d '{}' ${url}`;
    const text = made.key
      ? [bold(made.key), "", about, "It is shown this once. Its holder calls, with the key as $KEY:", `  ${dim(how)}`]
      : [about, "Its holder has the key already; --renew makes another one."];
    return { text: text.join("\n"), document: { ...made, url } };
  },
};
