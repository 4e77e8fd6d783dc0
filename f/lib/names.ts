import { InvalidInputError } from "./errors.ts";

/**
 * The one place where names are judged. A project name becomes a Postgres schema, three roles, a Windmill folder,
 * a host label and a directory, so its alphabet is the intersection of what all of them take.
 */
const PROJECT = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/;

/** Names that mean something else to a service we drive. */
const RESERVED = new Set([
  "admin", "api", "app", "apps", "auth", "caddy", "default", "extensions", "f", "gotrue", "homarr", "information-schema", "infra",
  "lib", "localhost", "mail", "n8n", "nocodb", "postgres", "public", "qdrant", "redis", "root", "run8n", "siyuan",
  "system", "u", "windmill", "www",
]); // biome-ignore format: a word list

/** Returns the name, or throws InvalidInput with what is wrong with it, never the value itself. */
export function projectName(value: unknown): string {
  if (typeof value !== "string" || !PROJECT.test(value) || value.includes("--")) {
    throw new InvalidInputError(
      `Project name must be 2 to 40 characters of a-z, 0-9 and single "-", starting with a letter and ending with a letter or digit; got ${describe(value)}`,
      { hint: 'Choose a name such as "shop" or "my-shop".', details: { argument: "project" } },
    );
  }
  if (RESERVED.has(value) || value.startsWith("pg-")) {
    throw new InvalidInputError("Project name is reserved for one of the server's own services", {
      hint: 'Choose another name, for example with a prefix: "my-...".',
      details: { argument: "project" },
    });
  }
  return value;
}

/** The Postgres schema of a project: hyphens become underscores, which no project name has, so it is one to one. */
export const schemaOf = (project: string): string => projectName(project).replaceAll("-", "_");

/** The Windmill folder that holds a project's resources and secrets, as a path prefix: `f/project_my_shop`. */
export const folderOf = (project: string): string => `f/project_${schemaOf(project)}`;

/**
 * The name under which an environment of a project is on record: production under the project's own, every other one
 * (`staging`, or the branch that a preview shows) as a project beside it, `shop-staging`, with all that a project has.
 */
export function environmentProject(project: string, environment: unknown): string {
  if (environment === "production") return projectName(project);
  if (typeof environment !== "string" || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(environment)) {
    throw new InvalidInputError(
      `Environment must be "production", "staging" or a branch in a-z, 0-9 and single "-"; got ${describe(environment)}`,
      { hint: 'Leave it out for "production".', details: { argument: "environment" } },
    );
  }
  return projectName(`${projectName(project)}-${environment}`);
}

/** A host name as the DNS takes it: two or more labels of a-z, 0-9 and inner "-", 253 characters in all, no IP address. */
export function hostName(value: unknown): string {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  if (
    typeof value !== "string" ||
    value.length > 253 ||
    !new RegExp(`^${label}(?:\\.${label})+(?<!\\.[0-9]+)$`).test(value)
  ) {
    throw new InvalidInputError(`Host must be a lower-case DNS name with at least two labels; got ${describe(value)}`, {
      hint: 'Pass a name such as "shop.example.com", without scheme, port or path.',
      details: { argument: "host" },
    });
  }
  return value;
}

/** A UUID as Postgres writes it. */
export const isUuid = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);

/** Says what a rejected value looks like without repeating it: it may be a secret that Windmill put there. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (typeof value !== "string") return Array.isArray(value) ? "a list" : `a ${typeof value}`;
  const traits = [
    value === "" && "empty",
    /[A-Z]/.test(value) && "upper case",
    /\s/.test(value) && "white space",
    /[^\x20-\x7e]/.test(value) && "non-ASCII or control characters",
    /["'`;\\]/.test(value) && "quotes or other punctuation",
    value.includes("..") && '".."',
  ].filter(Boolean);
  return `${value.length} ${value.length === 1 ? "character" : "characters"}${traits.length ? ` with ${traits.join(", ")}` : ""}`;
}
