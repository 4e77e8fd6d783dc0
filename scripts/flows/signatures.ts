/**
 * Every script with its parameter names, so that a flow's step is checked against the script it names. Derived from f/ by
 * `npm run flows`.
 */
// biome-ignore format: one line per script
export type Signatures = {
  "f/api/auth/accept_invite": [typeof import("../../f/api/auth/accept_invite.ts").main, ["project", "input", "who", "caller", "refusal"]];
  "f/api/auth/ensure_account": [typeof import("../../f/api/auth/ensure_account.ts").main, ["project", "input", "who", "caller", "refusal"]];
  "f/api/auth/get_session": [typeof import("../../f/api/auth/get_session.ts").main, ["project", "who", "caller", "refusal"]];
  "f/api/auth/invite_member": [typeof import("../../f/api/auth/invite_member.ts").main, ["project", "input", "who", "caller", "refusal"]];
  "f/api/auth/list_members": [typeof import("../../f/api/auth/list_members.ts").main, ["project", "who", "caller", "refusal"]];
  "f/api/auth/update_profile": [typeof import("../../f/api/auth/update_profile.ts").main, ["project", "input", "who", "caller", "refusal"]];
  "f/api/realtime/list_events": [typeof import("../../f/api/realtime/list_events.ts").main, ["project", "input", "caller", "refusal"]];
  "f/api/realtime/list_presence": [typeof import("../../f/api/realtime/list_presence.ts").main, ["project", "input", "caller", "refusal"]];
  "f/api/realtime/publish_event": [typeof import("../../f/api/realtime/publish_event.ts").main, ["project", "input", "who", "caller", "refusal"]];
  "f/api/realtime/update_presence": [typeof import("../../f/api/realtime/update_presence.ts").main, ["project", "input", "who", "caller", "refusal"]];
  "f/api/waitlist/create_signup": [typeof import("../../f/api/waitlist/create_signup.ts").main, ["project", "input", "caller", "refusal"]];
  "f/infra/auth/ensure_accounts": [typeof import("../../f/infra/auth/ensure_accounts.ts").main, ["project", "signUp", "db"]];
  "f/infra/caddy/delete_route": [typeof import("../../f/infra/caddy/delete_route.ts").main, ["project", "hostname", "caddy", "db"]];
  "f/infra/caddy/ensure_route": [typeof import("../../f/infra/caddy/ensure_route.ts").main, ["project", "kind", "hostname", "upstream", "target", "statusCode", "caddy", "db", "host"]];
  "f/infra/caddy/list_routes": [typeof import("../../f/infra/caddy/list_routes.ts").main, ["project", "caddy"]];
  "f/infra/caddy/reconcile_routes": [typeof import("../../f/infra/caddy/reconcile_routes.ts").main, ["caddy", "db"]];
  "f/infra/health/check_services": [typeof import("../../f/infra/health/check_services.ts").main, ["timeoutSeconds", "db", "redis", "caddy", "host", "qdrant", "openai", "gotrue", "nocodb", "storage"]];
  "f/infra/nocodb/ensure_base": [typeof import("../../f/infra/nocodb/ensure_base.ts").main, ["project", "storage", "db", "nocodb"]];
  "f/infra/nocodb/ensure_table": [typeof import("../../f/infra/nocodb/ensure_table.ts").main, ["project", "definition", "removeFields", "confirm", "db", "nocodb"]];
  "f/infra/postgres/apply_migrations": [typeof import("../../f/infra/postgres/apply_migrations.ts").main, ["project", "migrations", "planHash", "baseline", "db"]];
  "f/infra/postgres/drop_schema": [typeof import("../../f/infra/postgres/drop_schema.ts").main, ["project", "confirm", "maxDumpBytes", "db"]];
  "f/infra/postgres/ensure_schema": [typeof import("../../f/infra/postgres/ensure_schema.ts").main, ["project", "extensions", "shadow", "db"]];
  "f/infra/postgres/list_schemas": [typeof import("../../f/infra/postgres/list_schemas.ts").main, ["cursor", "limit", "db"]];
  "f/infra/postgres/plan_migrations": [typeof import("../../f/infra/postgres/plan_migrations.ts").main, ["project", "migrations", "db"]];
  "f/infra/postgres/run_query": [typeof import("../../f/infra/postgres/run_query.ts").main, ["project", "query", "params", "maxRows", "maxBytes", "timeoutSeconds", "db"]];
  "f/infra/postgres/update_password": [typeof import("../../f/infra/postgres/update_password.ts").main, ["project", "role", "graceSeconds", "db"]];
  "f/infra/projects/apply_resource": [typeof import("../../f/infra/projects/apply_resource.ts").main, ["manifest", "kind", "environment", "db"]];
  "f/infra/projects/check_drift": [typeof import("../../f/infra/projects/check_drift.ts").main, ["project", "db"]];
  "f/infra/projects/delete_access": [typeof import("../../f/infra/projects/delete_access.ts").main, ["project", "name", "environment", "db"]];
  "f/infra/projects/ensure_access": [typeof import("../../f/infra/projects/ensure_access.ts").main, ["project", "name", "verbs", "environment", "expiresInDays", "renew", "db"]];
  "f/infra/projects/ensure_project": [typeof import("../../f/infra/projects/ensure_project.ts").main, ["project", "template", "db", "caddy"]];
  "f/infra/projects/get_project": [typeof import("../../f/infra/projects/get_project.ts").main, ["project", "db"]];
  "f/infra/projects/list_access": [typeof import("../../f/infra/projects/list_access.ts").main, ["project", "all", "db"]];
  "f/infra/projects/list_operations": [typeof import("../../f/infra/projects/list_operations.ts").main, ["project", "failed", "cursor", "limit", "db"]];
  "f/infra/projects/list_projects": [typeof import("../../f/infra/projects/list_projects.ts").main, ["cursor", "limit", "db"]];
  "f/infra/projects/plan_project": [typeof import("../../f/infra/projects/plan_project.ts").main, ["project", "manifest", "template", "environment", "db"]];
  "f/infra/projects/publish_project": [typeof import("../../f/infra/projects/publish_project.ts").main, ["manifest", "steps", "environment", "db"]];
  "f/infra/projects/reconcile_project": [typeof import("../../f/infra/projects/reconcile_project.ts").main, ["project", "dryRun", "db"]];
  "f/infra/projects/verify_plan": [typeof import("../../f/infra/projects/verify_plan.ts").main, ["project", "manifest", "template", "environment", "planHash", "db"]];
  "f/infra/qdrant/backup_collection": [typeof import("../../f/infra/qdrant/backup_collection.ts").main, ["project", "collection", "maxBytes", "qdrant", "db"]];
  "f/infra/qdrant/drop_collection": [typeof import("../../f/infra/qdrant/drop_collection.ts").main, ["project", "collection", "confirm", "maxBytes", "qdrant", "db"]];
  "f/infra/qdrant/ensure_access": [typeof import("../../f/infra/qdrant/ensure_access.ts").main, ["project", "collection", "role", "qdrant", "db"]];
  "f/infra/qdrant/ensure_collection": [typeof import("../../f/infra/qdrant/ensure_collection.ts").main, ["project", "collection", "vectors", "sparse", "indexes", "quantization", "onDiskPayload", "plan", "qdrant", "db"]];
  "f/infra/qdrant/get_collection": [typeof import("../../f/infra/qdrant/get_collection.ts").main, ["project", "collection", "qdrant", "db"]];
  "f/infra/qdrant/list_collections": [typeof import("../../f/infra/qdrant/list_collections.ts").main, ["project", "qdrant"]];
  "f/infra/qdrant/restore_collection": [typeof import("../../f/infra/qdrant/restore_collection.ts").main, ["project", "collection", "backup", "confirm", "qdrant", "db"]];
  "f/infra/redis/check_memory": [typeof import("../../f/infra/redis/check_memory.ts").main, ["redis"]];
  "f/infra/redis/ensure_user": [typeof import("../../f/infra/redis/ensure_user.ts").main, ["project", "redis", "db"]];
  "f/infra/sites/deploy_site": [typeof import("../../f/infra/sites/deploy_site.ts").main, ["project", "raw_string", "host", "db"]];
  "f/infra/sites/ensure_site": [typeof import("../../f/infra/sites/ensure_site.ts").main, ["project", "template", "host", "db"]];
  "f/infra/sites/list_releases": [typeof import("../../f/infra/sites/list_releases.ts").main, ["project", "host"]];
  "f/infra/sites/rollback_site": [typeof import("../../f/infra/sites/rollback_site.ts").main, ["project", "release", "host", "db"]];
  "f/infra/storage/ensure_bucket": [typeof import("../../f/infra/storage/ensure_bucket.ts").main, ["keepDeletedDays", "origins", "storage", "caddy", "db"]];
  "f/infra/waitlist/ensure_waitlist": [typeof import("../../f/infra/waitlist/ensure_waitlist.ts").main, ["project", "db"]];
};
