import type { DbAction } from "./action.ts";
import { planOf, planText } from "./plan.ts";

export const status: DbAction = {
  summary: "which migrations the database has, and which are pending",
  args: [],
  options: {},
  async run(context) {
    const { plan } = await planOf(context);
    return { text: planText(plan, context.terminal.style), document: plan };
  },
};
