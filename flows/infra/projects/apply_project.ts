import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

const retry = retryable(3, 2);

export default defineFlow(
  {
    summary:
      "Puts a project online, and makes it as its manifest says: database, waitlist, site, host names and the rest",
    description:
      "Run it again at any time: what stands already is left as it is, what is missing is added, and `status` is then `unchanged` or `updated`. A run that died half-way is finished by the next one. Look at plan_project first to see what it would do, and pass its hash to have exactly that done. Answers `{ project, url, status, secondsToLive, expiresAt }`.",
    input: {
      name: {
        type: "string",
        description:
          'Name of the project: 2 to 40 characters of a-z, 0-9 and "-", for example "shop"; not needed with a manifest.',
        optional: true,
      },
      template: {
        type: "string",
        description: 'What a new project is made from when no manifest says; "static" unless told otherwise.',
        optional: true,
      },
      manifest: {
        type: "object",
        description: "Content of run8n.json; without it what was applied last, or what a new project usually has.",
        optional: true,
      },
      planHash: {
        type: "string",
        description: "`hash` of plan_project: only that plan is applied. Needed when data would be lost.",
        optional: true,
      },
      environment: {
        type: "string",
        description:
          '"production", "staging", or the name of a preview, such as "fix-42": it begins with production\'s tables, as `environments` of the manifest says, and ends by itself.',
        default: "production",
      },
    },
  },
  ({ input, step }) => {
    const { name: project, template, manifest, planHash, environment } = input;
    step(
      "apply",
      "f/infra/projects/apply_resources",
      { project, manifest, template, environment, planHash },
      { retry },
    );
  },
);
