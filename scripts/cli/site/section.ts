import { z } from "zod";
import { type SiteSettings, siteSettings } from "../../../f/lib/sites/settings.ts";
import { toFailure } from "../failure.ts";

const FOLDER = z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "must be a folder below this one");

/** `site` of run8n.json: the folder with the files to publish, or that and how they are served. */
export const SITE = z.union([
  FOLDER,
  z.looseObject({ folder: FOLDER.optional() }).superRefine(({ folder: _, ...settings }, context) => {
    try {
      siteSettings(settings);
    } catch (error) {
      context.addIssue({ code: "custom", message: toFailure(error).message });
    }
  }),
]);

export type Site = { folder: string; settings: SiteSettings };

/** What a manifest says of its site, with what is usual filled in. */
export function siteOf({ site }: { site: z.infer<typeof SITE> }): Site {
  if (typeof site === "string") return { folder: site, settings: {} };
  const { folder = "site", ...settings } = site;
  return { folder, settings: siteSettings(settings) };
}
