import { folderOf, schemaOf } from "../names.ts";

/** Who works in a project's schema: migrations, the running app, people and tools that only look. */
export const ROLE_KINDS = ["owner", "app", "readonly"] as const;
export type RoleKind = (typeof ROLE_KINDS)[number];

type RolePolicy = {
  connectionLimit: number;
  /** Rights on the database itself. */
  database: string[];
  /** Rights on the project's schema. */
  schema: string[];
  /** Rights on what the owner will create, by the letter that `pg_default_acl` has for it. */
  defaults: Record<DefaultKind, string[]>;
  /** Session settings; `search_path` is added for all. */
  settings: Record<string, string>;
};

/** What `alter default privileges` knows, as the catalogue and as SQL call it. */
export const DEFAULT_KINDS = { r: "tables", S: "sequences", f: "functions", T: "types" } as const;
export type DefaultKind = keyof typeof DEFAULT_KINDS;

/** A statement that waits for a lock blocks everyone behind it; one that runs for minutes takes the server from all. */
export const POLICIES: Record<RoleKind, RolePolicy> = {
  owner: {
    connectionLimit: 5,
    database: ["CONNECT", "TEMPORARY"],
    schema: ["CREATE", "USAGE"],
    defaults: { r: [], S: [], f: [], T: [] }, // an owner has all rights without a grant
    settings: { statement_timeout: "15min", lock_timeout: "10s", idle_in_transaction_session_timeout: "5min" },
  },
  app: {
    connectionLimit: 20,
    database: ["CONNECT"],
    schema: ["USAGE"],
    defaults: {
      r: ["DELETE", "INSERT", "SELECT", "UPDATE"],
      S: ["SELECT", "UPDATE", "USAGE"],
      f: ["EXECUTE"],
      T: ["USAGE"],
    },
    settings: { statement_timeout: "30s", lock_timeout: "5s", idle_in_transaction_session_timeout: "60s" },
  },
  readonly: {
    connectionLimit: 5,
    database: ["CONNECT"],
    schema: ["USAGE"],
    // No functions: one that runs with its owner's rights could write. A migration grants those that only read.
    defaults: { r: ["SELECT"], S: ["SELECT"], f: [], T: ["USAGE"] },
    settings: {
      statement_timeout: "60s",
      lock_timeout: "5s",
      idle_in_transaction_session_timeout: "60s",
      default_transaction_read_only: "on",
    },
  },
};

/** Everything that is named after a project in Postgres and, for its credentials, in Windmill. */
export type SchemaNames = {
  project: string;
  schema: string;
  folder: string;
  roles: Record<RoleKind, string>;
  /** A second login for each role, there once a password was changed: old and new work side by side for a while. */
  alternates: Record<RoleKind, string>;
  /** The database that Prisma may empty while it compares migrations, for projects that want one. */
  shadow: string;
};

export function schemaNames(project: string): SchemaNames {
  const schema = schemaOf(project);
  const roles = rolesOf(schema);
  const alternates = { owner: `${roles.owner}_b`, app: `${roles.app}_b`, readonly: `${roles.readonly}_b` };
  return { project, schema, folder: folderOf(project), roles, alternates, shadow: `${schema}_shadow` };
}

export const rolesOf = (schema: string): Record<RoleKind, string> => ({
  owner: `${schema}_owner`,
  app: `${schema}_app`,
  readonly: `${schema}_readonly`,
});

/** The comments by which we know our own: a schema, role or database of the same name that lacks it is never touched. */
export const schemaMark = (project: string): string => `run8n project ${project}`;
export const roleMark = (project: string, database: string): string =>
  `run8n project ${project} in database ${database}`;
export const shadowMark = (project: string, database: string): string =>
  `run8n shadow of project ${project} in database ${database}`;

/** Where extensions live, apart from all projects; those that asked for one may look into it. */
export const EXTENSION_SCHEMA = "extensions";
