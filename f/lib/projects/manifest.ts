import * as z from "zod";
import { SIGN_UP_POLICIES } from "../accounts/policy.ts";
import { InvalidInputError } from "../errors.ts";
import { projectName } from "../names.ts";
import { EXTENSIONS } from "../postgres/extensions.ts";
import { COLLECTIONS } from "../qdrant/section.ts";
import { SITE } from "../sites/section.ts";
import { STORAGE } from "../storage/section.ts";
import { BILLING } from "../stripe/catalog/definition.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { SCHEDULES } from "./schedules.ts";

/**
 * What a project says of itself, the one truth behind `run8n.json`: `schemas/project.schema.json` is derived from it.
 * Everything on the server follows from the name and from what is asked for here.
 */
export const MANIFEST = z
  .strictObject({
    $schema: z.string().optional().describe("Where an editor finds this schema."),
    name: z
      .string()
      .min(2)
      .max(40)
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be a-z, 0-9 and single "-", starting with a letter')
      .meta({ examples: ["shop", "my-shop"] })
      .describe(
        "The project's name on the server: its host name, its database schema and its folder in Windmill follow from it.",
      ),
    template: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "must be the name of a template")
      .meta({ examples: ["static"] })
      .describe("The template the project was made from; its starter site is published when the project has none yet."),
    site: SITE.default("site"),
    domains: z
      .array(
        z
          .string()
          .max(253)
          .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, "must be a lower-case DNS name"),
      )
      .max(20)
      .default([])
      .meta({ examples: [["shop.example.com"]] })
      .describe("Domains of the project's own that point to this server, besides its name below the server's domain."),
    environments: ENVIRONMENTS,
    database: z
      .strictObject({
        extensions: z
          .array(z.enum(EXTENSIONS))
          .default([])
          .describe("Postgres extensions that it needs; one that was added stays."),
        shadow: z
          .boolean()
          .default(false)
          .describe(
            "Whether it needs a second, empty database, as `prisma migrate dev` does; one that is there stays.",
          ),
        base: z
          .boolean()
          .default(false)
          .describe(
            "Whether NocoDB shows the schema as a base, in which people make tables and edit records; one that is there stays.",
          ),
      })
      .prefault({})
      .describe("The project's Postgres schema; its tables belong to the project's migrations."),
    realtime: z
      .boolean()
      .default(false)
      .describe("Whether it has a Redis user of its own: events and presence for signed-in users, caches, queues."),
    vectors: COLLECTIONS.describe(
      "Collections of the vector store; those that exist and are not named here stay. A change that takes writing every point again loses data.",
    ),
    storage: STORAGE.optional().describe(
      "Files that users of the app upload, below the project's prefix of the bucket; files that exist are never removed by this.",
    ),
    auth: z
      .strictObject({
        signUp: z
          .enum(SIGN_UP_POLICIES)
          .default("invited")
          .describe("Who may join: everyone, or only addresses that a member has invited."),
      })
      .optional()
      .describe("Accounts and organizations; tables that exist are never removed by this."),
    billing: BILLING.optional().describe(
      "What it sells: plans and prices in Stripe, subscriptions of its organizations. It needs auth.",
    ),
    waitlist: z
      .boolean()
      .default(true)
      .describe("Whether visitors can leave their e-mail address; sign-ups that exist are never removed by this."),
    schedules: SCHEDULES.describe("What runs by itself, in production."),
  })
  .refine(({ auth, billing }) => !billing || auth, {
    path: ["billing"],
    message: "needs auth: who pays is an organization",
  })
  .meta({
    title: "run8n.json",
    description: "What a project folder says of itself; `run8n new` writes it, `run8n plan` and `run8n apply` read it.",
  });

/** A manifest as the server keeps it: with its defaults, without the address of its schema. */
export type Manifest = Omit<z.infer<typeof MANIFEST>, "$schema">;

/** Reads a manifest and fills in its defaults. Throws InvalidInput that names each wrong place and repeats no value. */
export function manifestOf(value: unknown): Manifest {
  const read = MANIFEST.safeParse(value);
  if (read.success) {
    const { $schema: _editorsOnly, ...manifest } = read.data;
    return { ...manifest, name: projectName(manifest.name) };
  }
  const problems = problemsOf(read.error);
  throw new InvalidInputError(`The manifest is not as schemas/project.schema.json says: ${problems.join("; ")}`, {
    hint: "Correct run8n.json at these places and call again.",
    details: { problems },
  });
}

/** What is wrong and where, such as `site: must be a folder below this one`; Zod's own texts quote no values. */
export const problemsOf = (error: z.ZodError): string[] =>
  problemsIn(error.issues)
    .slice(0, 20)
    .map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);

/** Of what may be one thing or another, the problems of the one that was meant: the one that is not of another type. */
function problemsIn(issues: z.core.$ZodIssue[], above: PropertyKey[] = []): { path: PropertyKey[]; message: string }[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    if (issue.code !== "invalid_union") return [{ path, message: issue.message }];
    const meant = issue.errors.find(([first]) => first && !(first.code === "invalid_type" && first.path.length === 0));
    return meant ? problemsIn(meant, path) : [{ path, message: issue.message }];
  });
}
