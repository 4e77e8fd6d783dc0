import { existsSync } from "node:fs";
import { purgeHome } from "../../stack/home.ts";
import { defineCommand, LOCAL } from "../command.ts";
import { homeOf } from "../connection.ts";
import { down } from "../local/up.ts";

export const downCommand = defineCommand({
  name: "down",
  summary: "Stop the stack of this machine and keep its data",
  args: [],
  options: { ...LOCAL, purge: { type: "boolean", help: "remove its data, sites, passwords and ports as well" } },
  async run({ values, terminal, env }) {
    const home = homeOf(values, env);
    const exists = existsSync(home.dir);
    const stopped = exists
      ? await terminal.step(
          "stopping",
          () => down(home, terminal),
          (names) => names.join(", "),
        )
      : [];
    if (values.purge && exists) purgeHome(home);
    const what = stopped.length > 0 ? `Stopped ${stopped.join(", ")}.` : "Nothing was running.";
    const then = !exists ? "" : values.purge ? ` Removed ${home.dir}.` : ` Data stays in ${home.dir}.`;
    return { text: what + then, document: { stopped, purged: values.purge === true && exists, state: home.dir } };
  },
});
