import { getResource } from "windmill-client";
import { InvalidInputError, UpstreamError } from "./errors.ts";

/**
 * Connections come from Windmill resources. In `f/infra` they are arguments with a default
 * (`db: Postgresql = "$res:f/infra/postgres"`): Windmill resolves a path that a caller sends, but not a default of the
 * signature, so `resource()` resolves what is still a path. Tests pass plain objects.
 */
export type ResourcePath = `$res:${string}`;

/** What a resource argument may be: the value itself, or the path of it. The parser shows a picker of that type. */
export type Postgresql = PostgresqlValue | ResourcePath;
export type Redis = RedisValue | ResourcePath;
export type Caddy = CaddyValue | ResourcePath;
export type SiteHost = SiteHostValue | ResourcePath;
export type S3 = S3Value | ResourcePath;
export type Stripe = StripeValue | ResourcePath;
export type Gotrue = GotrueValue | ResourcePath;
export type Qdrant = QdrantValue | ResourcePath;
export type Openai = OpenaiValue | ResourcePath;
export type Nocodb = NocodbValue | ResourcePath;

export type PostgresqlValue = {
  host: string;
  port: number;
  user: string;
  password: string;
  dbname: string;
  sslmode?: string;
};

export type RedisValue = {
  host: string;
  port: number;
  db?: number;
  username?: string;
  password?: string;
  ssl?: boolean;
};

/** The edge proxy: where its admin API listens, which server our routes go to, and how the outside reaches it. */
export type CaddyValue = {
  /** `http://host:port` or `unix:///path` of the admin API. */
  admin: string;
  /** The name under `apps.http.servers` that our routes live in. */
  server: string;
  /** Projects get `<name>.<domain>`. */
  domain: string;
  /** How the outside reaches a host: `https://{host}`, or `http://{host}:8080` on a laptop. */
  publicUrl: string;
  /** `host:port` of Windmill as Caddy reaches it; a site's `/api/*` goes there. */
  windmill: string;
  /** The Windmill workspace whose http triggers answer a site's `/api/*`. */
  workspace: string;
  /** `internal` lets Caddy sign certificates itself, for domains that no public authority can reach. */
  issuer?: string;
  /** `host:port` of GoTrue as Caddy reaches it; a site's `/auth/v1/*` goes there. Without it, sites have no such path. */
  gotrue?: string;
};

/** Where sites live: this machine, or a host reached over SSH. */
export type SiteHostValue = {
  transport: "local" | "ssh";
  /** Absolute directory under which each project has its releases; Caddy reads it. */
  root: string;
  host?: string;
  port?: number;
  user?: string;
  privateKey?: string;
  /** SHA256 fingerprint of the host key as `ssh-keygen -lf` prints it; a host that shows another one is refused. */
  hostKey?: string;
};

/** The bucket that files of all projects live in: Backblaze B2, or any other S3. The names are the Hub's. */
export type S3Value = {
  bucket: string;
  region: string;
  /** Host name, with a port when it has one of its own; browsers upload there, so they must reach it too. */
  endPoint: string;
  accessKey: string;
  secretKey: string;
  /** Left out means true. */
  useSSL?: boolean;
  /** Whether the bucket stands in the path (`host/bucket`) and not in the host name (`bucket.host`). */
  pathStyle?: boolean;
};

/** The GoTrue that all projects share: who signs in is known there, who belongs to a project is in the project's schema. */
export type GotrueValue = {
  /** `http(s)://host:port`, with a path when it has one, as our jobs reach it. */
  url: string;
  /** What its tokens have as `iss`; GoTrue's own setting is GOTRUE_JWT_ISSUER. */
  issuer: string;
  /** What the tokens of its users have as `aud`. */
  audience?: string;
  /** Only while tokens signed with the old shared secret are still about; without it HS256 is refused. */
  jwtSecret?: string;
  /** A token with the role `service_role`, for its admin API. */
  serviceKey: string;
};

/** The vector store that all projects share. */
export type QdrantValue = {
  /** `http(s)://host:port`, with a path when it stands behind a proxy that has one. */
  url: string;
  /** The key that may do everything; tokens for single collections are signed with it. */
  api_key?: string;
};

/** OpenAI, or any service that speaks its API. The fields are those of Windmill's own type. */
export type OpenaiValue = {
  api_key: string;
  organization_id?: string;
  /** `https://api.openai.com/v1` unless it is another service. */
  base_url?: string;
};

/** The account that takes the money. The Hub's type, and where the API is when that is not Stripe's own address. */
export type StripeValue = {
  /** A secret or restricted key: `sk_live_...`, `rk_live_...`. */
  token: string;
  baseUrl?: string;
};

/** NocoDB: where it answers, and as whom we speak to it. */
export type NocodbValue = {
  /** `http://host:port`, without a path. */
  url: string;
  /** An API token (`xc-token`). */
  token: string;
  /** The login of a super admin, for the calls that NocoDB refuses to tokens: users, tokens, metadata sync. */
  email?: string;
  password?: string;
  /** The database on the Postgres server in which NocoDB keeps its metadata and the bases of its own. */
  database?: string;
  /** Postgres as NocoDB reaches it, where that is not how the workers do. */
  postgresHost?: string;
  postgresPort?: number;
};

/** A resource argument as its value: an object as it is, a `$res:` path read from Windmill. */
export async function resource<T>(value: T): Promise<Exclude<T, ResourcePath>> {
  if (typeof value === "object" && value !== null) return value as Exclude<T, ResourcePath>;
  if (typeof value !== "string" || !value.startsWith("$res:")) {
    throw new InvalidInputError('A resource argument must be an object or a "$res:" path', {
      hint: 'Leave it out to use the default, or pass "$res:f/infra/<name>".',
    });
  }
  return namedResource<Exclude<T, ResourcePath> & object>(value.slice("$res:".length));
}

/** Reads one resource by path; `f/api` scripts use it, since they take no resources from callers. */
export async function namedResource<T extends object>(path: string): Promise<T> {
  try {
    return (await getResource(path)) as T;
  } catch (cause) {
    throw new UpstreamError(`Windmill has no resource ${path} that this job may read`, {
      hint: "Run `run8n push` to create the connections, or check the folder's permissions.",
      details: { path },
      cause,
    });
  }
}
