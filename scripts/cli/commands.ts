import type { Command } from "./command.ts";

/** Each is loaded when it is asked for: most need only a little of what is here. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  up: async () => (await import("./commands/up.ts")).upCommand,
  down: async () => (await import("./commands/down.ts")).downCommand,
  status: async () => (await import("./commands/status.ts")).statusCommand,
  new: async () => (await import("./commands/new.ts")).newCommand,
  plan: async () => (await import("./commands/plan.ts")).planCommand,
  apply: async () => (await import("./commands/apply.ts")).applyCommand,
  drift: async () => (await import("./commands/drift.ts")).driftCommand,
  deploy: async () => (await import("./commands/deploy.ts")).deployCommand,
  db: async () => (await import("./commands/db.ts")).dbCommand,
  releases: async () => (await import("./commands/releases.ts")).releasesCommand,
  rollback: async () => (await import("./commands/rollback.ts")).rollbackCommand,
  env: async () => (await import("./commands/env.ts")).envCommand,
  access: async () => (await import("./commands/access.ts")).accessCommand,
  projects: async () => (await import("./commands/projects.ts")).projectsCommand,
  delete: async () => (await import("./commands/delete.ts")).deleteCommand,
  restore: async () => (await import("./commands/restore.ts")).restoreCommand,
  logs: async () => (await import("./commands/logs.ts")).logsCommand,
  call: async () => (await import("./commands/call.ts")).callCommand,
  push: async () => (await import("./commands/push.ts")).pushCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  demo: async () => (await import("./commands/demo.ts")).demoCommand,
  completion: async () => (await import("./commands/completion.ts")).completionCommand,
};
