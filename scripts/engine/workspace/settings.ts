import type { Database } from "bun:sqlite";

/** What runs after failed jobs, in the shape that the CLI keeps in `settings.yaml`. */
export type ErrorHandler = {
  /** `script/<path>` or `flow/<path>`. */
  path: string;
  extra_args?: Record<string, unknown>;
  muted_on_cancel?: boolean;
  muted_on_user_path?: boolean;
};

export type WorkspaceSettings = {
  errorHandler(): ErrorHandler | undefined;
  setErrorHandler(handler: ErrorHandler | undefined): void;
};

export function openWorkspaceSettings(db: Database): WorkspaceSettings {
  return {
    errorHandler() {
      const row = db.query<{ value: string }, []>("select value from setting where name = 'error_handler'").get();
      return row ? (JSON.parse(row.value) as ErrorHandler) : undefined;
    },
    setErrorHandler(handler) {
      if (!handler) db.query("delete from setting where name = 'error_handler'").run();
      else db.query("insert or replace into setting values ('error_handler', ?)").run(JSON.stringify(handler));
    },
  };
}
