import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../../../f/lib/ai/asking/answer.ts";
import type { IndexReport } from "../../../f/lib/ai/check.ts";
import type { EnsuredIndex } from "../../../f/lib/ai/ensure_index.ts";
import type { IngestResult } from "../../../f/lib/ai/finish_run.ts";
import { CHECKOUT } from "../connection.ts";
import type { Windmill } from "../windmill.ts";
import { type Check, check, must } from "./check.ts";

/** What a reader of this repository asks, and the document that says it. */
const QUESTIONS: [question: string, document: string][] = [
  ["How do I stop the stack and keep the data?", "README.md"],
  ["What may an error message not repeat?", "CLAUDE.md"],
  ["How long do the features stay after a missed payment?", "templates/saas/README.md"],
];

/** What this repository says of itself, as documents to be searched: a small corpus that is no toy. */
export function repositoryDocuments(): { id: string; text: string }[] {
  const templates = readdirSync(join(CHECKOUT, "templates")).map((name) => `templates/${name}/README.md`);
  return ["README.md", "CLAUDE.md", "scripts/engine/README.md", "resources/README.md", ...templates].map((id) => ({
    id,
    text: readFileSync(join(CHECKOUT, id), "utf8"),
  }));
}

type App = {
  windmill: Pick<Windmill, "run">;
  project: string;
  /** Sends JSON to a path of the app's API, as its pages do. */
  post(path: string, body: object): Promise<{ status: number; body: string }>;
};

/** Adds AI search to an app: an index, this repository's documents in it, and questions that the app's visitors ask. */
export async function askDocuments({ windmill, project, post }: App): Promise<Check[]> {
  const about = { project, index: "docs" };
  return [
    await check("an app gets an index that its visitors may search", async () => {
      const made = (await windmill.run("script", "f/infra/ai/ensure_index", {
        ...about,
        audience: "public",
      })) as EnsuredIndex;
      return `${made.status}, ${made.settings.model}`;
    }),
    await check("this repository's documents are brought in, and nothing is missing", async () => {
      const spec = { kind: "documents", documents: repositoryDocuments() };
      const asked = { ...about, source: "repository", spec };
      const result = (await windmill.run("flow", "f/api/ai/ingest_documents", asked)) as IngestResult;
      must(result.status === "succeeded", `status ${result.status}`);
      const report = (await windmill.run("script", "f/infra/ai/check_index", about)) as IndexReport;
      must(report.status === "ok" && report.chunks === result.chunks, `check_index found ${JSON.stringify(report)}`);
      return `${result.documents} documents, ${result.chunks} chunks`;
    }),
    ...(await Promise.all(QUESTIONS.map(([question, document]) => answered(post, question, document)))),
  ];
}

const answered = (post: App["post"], question: string, document: string): Promise<Check> =>
  check(`asked "${question}" it answers from ${document}`, async () => {
    const { status, body } = await post("ai/answers", { index: "docs", question });
    must(status === 200, `status ${status}: ${body.slice(0, 200)}`);
    const { answer, sources } = JSON.parse(body) as Answer;
    const cited = sources.find((one) => one.document === document);
    must(cited !== undefined && answer.includes(`[${cited.number}]`), `it does not cite ${document}: ${answer}`);
    return answer.length > 120 ? `${answer.slice(0, 120)}…` : answer;
  });
