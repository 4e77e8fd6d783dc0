import { schemaOf } from "../../names.ts";
import { ensureWaitlist, waitlistGap } from "../../waitlist/ensure.ts";
import { inSchema } from "./in_schema.ts";
import type { Kind } from "./kind.ts";

/** The waitlist's table. A manifest that no longer wants one leaves the sign-ups that there are where they are. */
export const waitlistKind: Kind = {
  kind: "waitlist",
  async plan({ sql }, { project, manifest }) {
    if (!manifest.waitlist) return [];
    const gap = await waitlistGap(sql, project);
    if (!gap) return [];
    const what = `Table ${schemaOf(project)}.waitlist_signup`;
    return gap === "missing"
      ? [{ action: "create", what, why: "it does not exist", risk: "safe" }]
      : [{ action: "update", what, why: "its columns, owner or rights are not as they must be", risk: "safe" }];
  },
  apply: ({ sql }, { project }) => ensureWaitlist(sql, project),
  ...inSchema,
};
