/** What the server's verbs are called here. Its hints are for whoever calls verbs; a person at a terminal has commands. */
const COMMANDS: Record<string, string> = {
  apply_project: "run8n apply",
  plan_project: "run8n plan",
  restore_project: "run8n restore",
  delete_project: "run8n delete",
  drop_project: "run8n delete --drop-now",
  list_projects: "run8n projects",
  list_releases: "run8n releases",
  list_operations: "run8n logs",
};

const VERB = new RegExp(`(?:the flow )?(?:f/infra/\\w+/)?\\b(${Object.keys(COMMANDS).join("|")})\\b`, "g");

/** A hint of the server's with the commands of this command line in the place of the verbs that they run. */
export const inOwnWords = (hint: string): string => hint.replace(VERB, (_, verb: string) => `\`${COMMANDS[verb]}\``);
