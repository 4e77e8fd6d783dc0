import * as z from "zod";

/** What a preview's schema begins with. */
export const COPIES = ["structure", "data", "nothing"] as const;
const DAYS = { least: 1, most: 90 } as const;

/** The `environments` of run8n.json. Staging has nothing to choose: it begins empty and gets what it is sent. */
export const ENVIRONMENTS = z
  .strictObject({
    preview: z
      .strictObject({
        copy: z
          .enum(COPIES)
          .default("structure")
          .describe(
            'What the database of a new preview begins with: production\'s "structure", its "data" too, or "nothing".',
          ),
        days: z
          .int()
          .min(DAYS.least)
          .max(DAYS.most)
          .default(7)
          .describe("How many days a preview stays after it was last applied; then it is dropped by a schedule."),
      })
      .prefault({})
      .describe(
        "What shows a branch before it is merged: a project beside this one, with its own address and database.",
      ),
  })
  .prefault({})
  .describe(
    "Environments besides production. A preview sells nothing: `billing` counts in production and staging only.",
  );

export type PreviewSettings = z.infer<typeof ENVIRONMENTS>["preview"];

/** Whatever is neither production nor staging is the preview of a branch. */
export const isPreview = (environment: string): boolean => environment !== "production" && environment !== "staging";
