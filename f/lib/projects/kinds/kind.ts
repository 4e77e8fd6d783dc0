import type { Sql } from "../../postgres/connect.ts";
import type { PostgresqlValue } from "../../resources.ts";
import type { Workspace } from "../../windmill/workspace.ts";
import type { PreviewSettings } from "../environments.ts";
import type { Manifest } from "../manifest.ts";

/** What a kind of resource needs to look at the server and to change it. */
export type Ports = {
  sql: Sql;
  /** The server's Postgres as its clients reach it. */
  db: PostgresqlValue;
  workspace: Workspace;
  /** The connection `f/infra/<name>`; asked for only by the kinds that need it. */
  connection<T extends object>(name: string): Promise<T>;
  /** The same for a service that a server may do without. */
  optional<T extends object>(name: string): Promise<T | undefined>;
  /** When the caller asked for what is being done. */
  commandedAt?: () => Promise<Date | undefined>;
};

/** A project as it should be. `before` is the manifest that was applied last, if any was. */
export type Target = {
  /** Its name on record: `shop`, or `shop-staging` for another environment. */
  project: string;
  manifest: Manifest;
  before?: Manifest;
  environment: Environment;
};

export type Environment = {
  /** The project that this is an environment of; its own name for production. */
  of: string;
  name: string;
  /** How a preview begins and how long it stays; null for what is none. */
  preview: PreviewSettings | null;
};

export const RISKS = ["safe", "restart", "data loss"] as const;
export type Risk = (typeof RISKS)[number];

/** One thing that must change. `why` says what was found, in words that stay the same while the finding does. */
export type Finding = { action: "create" | "update" | "remove"; what: string; why: string; risk: Risk };

/** A password that has a new value, or one that still has two because of an earlier change. */
export type Rotated = { what: string; status: "updated" | "in grace"; previousWorksUntil: string | null };

/**
 * One kind of resource that projects have. To add one, write it in a file of its own and name it in `registry.ts`:
 * plan, apply, drift, deletion, restoring and purging then include it.
 */
export type Kind = {
  /** One word, as plans and progress show it. */
  kind: string;
  /** What must change so that the project is as its manifest says; looks and changes nothing. */
  plan(ports: Ports, target: Target): Promise<Finding[]>;
  /** Makes the project as its manifest says, as far as this kind goes; undoes `lock` too. Safe to repeat. */
  apply(ports: Ports, target: Target): Promise<{ status: string }>;
  /** Takes it out of use without losing anything; left out where the locks of other kinds do that. Safe to repeat. */
  lock?(ports: Ports, project: string): Promise<void>;
  /** What an app of the project needs of it, as variables of its environment: addresses with passwords in them. */
  env?(ports: Ports, project: string): Promise<Record<string, string>>;
  /** Gives its passwords new values, of which the old ones go on working for a time. The caller holds the lease. */
  rotate?(ports: Ports, project: string, graceSeconds: number): Promise<Rotated[]>;
  /** What there is of it on its service, whatever any manifest says; nothing once it is dropped. */
  list(ports: Ports, project: string): Promise<string[]>;
  /** Removes it for good, and answers what was kept of it; left out where it goes with another kind. Safe to repeat. */
  drop?(ports: Ports, project: string): Promise<Record<string, unknown>>;
};
