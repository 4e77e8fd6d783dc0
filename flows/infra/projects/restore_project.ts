import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

const retry = retryable(3, 2);

export default defineFlow(
  {
    summary: "Brings a deleted project back as it was",
    description:
      "Works until the project is dropped, 7 days after it was deleted. Environments that were deleted with it are restored by their own names after it. Run it again at any time. Answers `{ project, url, status, secondsToLive, expiresAt }`.",
    input: {
      project: {
        type: "string",
        description: 'Name of the project, for example "shop", or "shop-staging" for an environment.',
      },
    },
  },
  ({ input, step }) => {
    step("restore", "f/infra/projects/restore_resources", { project: input.project }, { retry });
  },
);
