import { identifier } from "../postgres/quote.ts";
import { rolesOf } from "../postgres/roles.ts";

/** What a project knows of its indexes: the ledger that says what Qdrant must hold, and the vectors that it has paid for. */
export const AI_TABLES = ["ai_index", "ai_run", "ai_run_document", "ai_document", "ai_chunk", "ai_vector"] as const;

/** Their full names in a project's schema, quoted. */
export function aiTables(schema: string) {
  const table = (name: (typeof AI_TABLES)[number]) => `${identifier(schema)}.${name}`;
  return {
    index: table("ai_index"),
    run: table("ai_run"),
    listed: table("ai_run_document"),
    document: table("ai_document"),
    chunk: table("ai_chunk"),
    vector: table("ai_vector"),
  };
}

/**
 * The statements that make the tables, each of which may run again; a column is added by a further statement. The app may
 * read how an index is set, and nothing of what is in it: that is for the endpoints to give out.
 */
export function aiStatements(schema: string): string[] {
  const { index, run, listed, document, chunk, vector } = aiTables(schema);
  const { app, readonly } = rolesOf(schema);
  return [
    `create table if not exists ${index} (
       name text primary key,
       settings jsonb not null,
       created_at timestamptz not null default now(),
       updated_at timestamptz not null default now()
     )`,
    // The number of a run is the generation of what it writes: a later one never gives way to an earlier one.
    `create table if not exists ${run} (
       id bigint generated always as identity primary key,
       index text not null references ${index} on delete cascade,
       source text not null,
       spec jsonb not null,
       mode text not null check (mode in ('replace', 'add')),
       status text not null check (status in ('listing', 'running', 'succeeded', 'incomplete')),
       max_tokens bigint,
       spent_tokens bigint not null default 0,
       batches integer,
       result jsonb,
       started_at timestamptz not null default now(),
       finished_at timestamptz
     )`,
    `create index if not exists ai_run_source on ${run} (index, source, id desc)`,
    // What a run found in its source. An outcome that is missing is work to be done.
    `create table if not exists ${listed} (
       run bigint not null references ${run} on delete cascade,
       document text not null,
       batch integer,
       entry jsonb,
       outcome text check (outcome in ('ingested', 'unchanged', 'superseded', 'failed')),
       detail jsonb,
       primary key (run, document)
     )`,
    `create index if not exists ai_run_document_batch on ${listed} (run, batch) where outcome is null`,
    // `generation` is the run that wrote it last, `seen` the latest one that found it in its source.
    `create table if not exists ${document} (
       index text not null references ${index} on delete cascade,
       source text not null,
       document text not null,
       hash text not null,
       generation bigint not null,
       seen bigint not null,
       title text not null,
       chunks integer not null,
       tokens bigint not null,
       ingested_at timestamptz not null default now(),
       primary key (index, source, document)
     )`,
    // Written before Qdrant is, so that no point can be there of which nothing is known here.
    `create table if not exists ${chunk} (
       id uuid primary key,
       index text not null references ${index} on delete cascade,
       source text not null,
       document text not null,
       hash text not null,
       state text not null,
       status text not null check (status in ('writing', 'stored', 'removing')),
       tokens integer not null,
       payload jsonb not null
     )`,
    `create index if not exists ai_chunk_document on ${chunk} (index, source, document)`,
    `create index if not exists ai_chunk_id on ${chunk} (index, id)`,
    `create index if not exists ai_chunk_unfinished on ${chunk} (index) where status <> 'stored'`,
    `create table if not exists ${vector} (
       model text not null,
       hash text not null,
       vector bytea not null,
       made_at timestamptz not null default now(),
       primary key (model, hash)
     )`,
    `revoke all on ${[index, run, listed, document, chunk, vector].join(", ")} from public, ${identifier(app)}, ${identifier(readonly)}`,
    `grant select on ${index} to ${identifier(app)}`,
    `grant select on ${[index, run, document].join(", ")} to ${identifier(readonly)}`,
  ];
}
