import type { Sql } from "../../f/lib/postgres/connect.ts";
import type { Workspace } from "../../f/lib/windmill/workspace.ts";

/** Counts the calls of everything that is wrapped, and lets all fail from the `at`th on: what a kill looks like. */
export function dying(at: number, when: "before" | "after" = "before") {
  const life = { calls: 0, died: false };
  const step = async <T>(call: () => Promise<T>): Promise<T> => {
    if (life.died) throw new Error("killed");
    const last = ++life.calls === at;
    if (last) life.died = true;
    if (last && when === "before") throw new Error("killed");
    const result = await call();
    if (last) throw new Error("killed");
    return result;
  };
  return {
    life,
    /** For calls of any other kind. */
    step,
    sql: (sql: Sql): Sql => ({ query: (text, params) => step(() => sql.query(text, params)) }),
    workspace: (workspace: Workspace): Workspace =>
      new Proxy(workspace, {
        get(target, name: keyof Workspace) {
          const call = target[name] as (...args: unknown[]) => Promise<unknown>;
          return (...args: unknown[]) => step(() => call(...args));
        },
      }),
  };
}
