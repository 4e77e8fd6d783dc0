import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

/** Batches at the same time: as many as there are workers, up to this. */
const AT_ONCE = 16;

export default defineFlow(
  {
    summary: "Brings documents into a project's search index: what is new, changed or gone, and nothing else",
    description:
      'Lists the source, does its batches on as many workers as there are, takes out what went, reads everything back. `spec` is one of { "kind": "documents", "documents": [{ "id", "text" or "base64", "mediaType", "title", "url", "tenant", "metadata" }] }, { "kind": "urls", "urls": [...] }, { "kind": "sitemap", "url", "maxPages" }, { "kind": "storage", "under" } for files in the project\'s storage, of which those of a user or an organization stay theirs, { "kind": "table", "table", "key", "text": [columns], "title", "url", "tenant" }. Reads text, Markdown, HTML, PDF, DOCX, CSV and JSON. Windmill replaces a `text` that begins with $var: or $res: before this flow sees it, so send what strangers have written as `base64`, or by one of the other kinds. Run it again at any time, also after it was cut off: an unchanged document costs nothing. `status` is `succeeded` only when every chunk was found in the index afterwards, `incomplete` with what is wrong otherwise.',
    input: {
      project: { type: "string", description: 'Name of the project, for example "shop".' },
      index: { type: "string", description: "Name of the index, made with f/infra/ai/ensure_index." },
      source: { type: "string", description: 'Name under which the index knows this source, for example "handbook".' },
      spec: { type: "object", description: "Where the documents come from." },
      mode: {
        type: "string",
        description: "replace: the source lists all of its documents, others of it are taken out. add: others stay.",
        enum: ["replace", "add"],
        default: "replace",
      },
      maxCostUsd: {
        type: "number",
        description: "The most that embedding may cost, in US dollars; -1 for no limit.",
        default: -1,
      },
    },
  },
  ({ input, step, forEach }) => {
    const { project, index, source, mode, maxCostUsd } = input;
    const spec = input.spec as never;
    const begun = step(
      "begin",
      "f/infra/ai/run_ingestion",
      { project, index, source, spec, mode, maxCostUsd },
      { retry: retryable(2, 5) },
    );
    forEach(
      "batches",
      begun.batches,
      (batch) =>
        step(
          "batch",
          "f/infra/ai/ingest_batch",
          { project, index, run: begun.run, batch },
          { retry: retryable(5, 5), timeoutSeconds: 3600 },
        ),
      { atOnce: AT_ONCE },
    );
    step("verify", "f/infra/ai/verify_ingestion", { project, index, run: begun.run }, { retry: retryable(3, 5) });
  },
);
