import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

const retry = retryable(3, 2);

export default defineFlow(
  {
    summary: "Takes a project out of use: its hosts answer 410, its roles and keys are refused, its data is kept",
    description:
      "Its environments go with it. restore_project takes it back for 7 days (`dropAt`), then a schedule drops it for good; a preview is dropped within the hour. Run it again at any time. Answers `{ project, status, deletedAt, dropAt }`; `status` is `absent` when there is no such project.",
    input: {
      project: {
        type: "string",
        description: 'Name of the project, for example "shop", or "shop-staging" for an environment.',
      },
    },
  },
  ({ input, step }) => {
    step("delete", "f/infra/projects/delete_resources", { project: input.project }, { retry });
  },
);
