/** The option of commands that work on one environment of a project. */
export const ENVIRONMENT = {
  env: { type: "string", value: "NAME", help: "the environment: production (default), staging or a preview's branch" },
} as const;
