import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

const retry = retryable(3, 2);

export default defineFlow(
  {
    summary: "Drops a deleted project for good, after a verified dump of its schema",
    description:
      "Only a project that delete_project took out of use can be dropped; a schedule does so by itself after 7 days. The dump stays in `run8n.dump` for 7 days, and what was done stays in list_operations. Run it again at any time. Answers `{ project, status }`.",
    input: {
      project: {
        type: "string",
        description: 'Name of the project, for example "shop", or "shop-staging" for an environment.',
      },
      confirm: { type: "string", description: "The project's name once more; anything else is refused." },
    },
  },
  ({ input, step }) => {
    const { project, confirm } = input;
    step("drop", "f/infra/projects/drop_resources", { project, confirm }, { retry });
  },
);
