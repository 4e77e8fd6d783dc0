import * as z from "zod";
import { OperationError } from "../errors.ts";
import { SETTINGS_LIMITS as LIMITS } from "./limits.ts";
import {
  HEADER_NAME,
  HEADER_VALUE,
  PAGE,
  PATTERN,
  REDIRECT_STATUSES,
  type SiteSettings,
  SOURCE,
  siteSettings,
} from "./sites_settings.ts";

const FOLDER = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "must be a folder below this one")
  .meta({ default: "site" })
  .describe("The folder with the files to publish, below the one of run8n.json.");

const pattern = () => z.string().max(LIMITS.textLength).regex(PATTERN, 'must be a path such as "/old" or "/assets/*"');

const REDIRECT = z.strictObject({
  from: z
    .string()
    .max(LIMITS.textLength)
    .regex(SOURCE, 'must be a path such as "/old" or "/blog/*", not below /api')
    .describe("What visitors ask for; a /* at its end stands for anything below."),
  to: z
    .string()
    .max(LIMITS.textLength)
    .regex(/^(?:\/(?!\/)|https?:\/\/)[^\s{}\\]*$/, 'must be a path that begins with one "/", or an http(s) URL')
    .describe(
      "Where they are sent: a path of the site or an http(s) URL; a /* at its end is what that of from stood for.",
    ),
  status: z.literal(REDIRECT_STATUSES).optional().describe("301 or 308 (usual) for good, 302 or 307 for now."),
});

const HEADER_RULE = z.strictObject({
  path: pattern(),
  set: z
    .record(
      z.string().regex(HEADER_NAME),
      z.string().regex(HEADER_VALUE, "must be printable ASCII text without braces"),
    )
    .describe("Headers by name. Those that decide how an answer is framed or revalidated are the server's own."),
});

const SECTION = z
  .strictObject({
    folder: FOLDER.optional(),
    spa: z
      .boolean()
      .optional()
      .describe("Whether paths that are no file answer with index.html, for an app that routes in the browser."),
    notFound: z
      .string()
      .regex(PAGE, "must be the path of a .html file")
      .optional()
      .describe("Page for what is not there."),
    redirects: z
      .array(REDIRECT)
      .max(LIMITS.redirects)
      .optional()
      .describe("Paths whose visitors are sent elsewhere. They win over files; the first that fits counts."),
    headers: z
      .array(HEADER_RULE)
      .max(LIMITS.headerRules)
      .optional()
      .describe("Headers that answers get beside the usual ones; a later rule wins."),
    immutable: z
      .array(pattern())
      .max(LIMITS.immutable)
      .optional()
      .describe(
        "Paths whose files never change under the same name; names with a hash in them are known by themselves.",
      ),
  })
  .superRefine(({ folder: _, ...settings }, context) => {
    try {
      siteSettings(settings);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  });

/** `site` of run8n.json: the folder with the files to publish, or that and how they are served. */
export const SITE = z.union([FOLDER, SECTION]).describe("The folder with the files, or that and how they are served.");

/** What a manifest says of its site, with what is usual filled in. */
export function siteOf({ site }: { site: z.infer<typeof SITE> }): { folder: string; settings: SiteSettings } {
  if (typeof site === "string") return { folder: site, settings: {} };
  const { folder = "site", ...settings } = site;
  return { folder, settings: siteSettings(settings) };
}
