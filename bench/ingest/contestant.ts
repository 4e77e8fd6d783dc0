import type { OpenaiValue, PostgresqlValue, QdrantValue } from "../../f/lib/resources.ts";
import type { Document } from "./corpus.ts";

/** What a contestant's process is told: where everything is, and which collection is its own. */
export type Setting = {
  db: PostgresqlValue;
  qdrant: QdrantValue;
  openai: OpenaiValue;
  project: string;
  collection: string;
};

/** Opens what it needs, as a job or a server would, and then brings all documents in. */
export type Contestant = (setting: Setting) => Promise<(documents: Document[]) => Promise<void>>;
