import type { OperationItem } from "../../../f/lib/operations/list.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { usage } from "../failure.ts";
import type { Style } from "../style.ts";
import { openWindmill } from "../windmill.ts";

export const logsCommand = defineCommand({
  name: "logs",
  summary: "Show what was done to a project, or to all, the newest last; or the log of one job",
  args: ["[project]"],
  options: {
    ...REMOTE,
    failed: { type: "boolean", help: "only what failed" },
    limit: { type: "string", value: "N", help: "how many at most, 1 to 500 (default: 30)" },
    job: { type: "string", value: "ID", help: "the log that the job with this id wrote" },
  },
  examples: ["run8n logs shop", "run8n logs --failed", "run8n logs --job 018f2d3c-..."],
  async run({ values, args: [project], terminal, env }) {
    const windmill = openWindmill(connectionOf(values, env));
    if (values.job !== undefined) {
      const id = values.job;
      if (!/^[0-9a-f-]{36}$/i.test(id))
        throw usage("a job's id has 36 characters", "Take it from `run8n logs --json`.");
      const log = await windmill.text(`jobs_u/get_logs/${id}`);
      return { text: log.trimEnd() || "The job wrote nothing.", document: { job: id, log } };
    }
    const limit = Number(values.limit ?? 30);
    const asked = { project, failed: values.failed === true, limit };
    const { items } = (await windmill.run("script", "f/infra/projects/list_operations", asked)) as {
      items: OperationItem[];
    };
    const width = Math.max(...items.map((item) => item.project.length));
    const lines = items.toReversed().map((item) => showOperation(item, terminal.style, width));
    return { text: lines.join("\n") || "Nothing was done yet.", document: { items } };
  },
});

function showOperation(item: OperationItem, { green, red, yellow, dim }: Style, width: number): string {
  const { startedAt, project, verb, status, result, error, durationMs, actor, jobId } = item;
  const mark = { succeeded: green("✓"), failed: red("✗"), running: yellow("…") }[status];
  const outcome = status === "failed" ? `${error?.code ?? "failed"}` : `${result?.status ?? status}`;
  const time = durationMs === null ? "" : `${durationMs} ms`;
  const head = `${mark} ${dim(startedAt.slice(0, 19).replace("T", " "))}  ${project.padEnd(width)}  ${verb.replace(/^infra\//, "").padEnd(32)} ${outcome.padEnd(14)} ${time.padStart(8)}  ${dim(actor)}`;
  if (status !== "failed") return head;
  const why = typeof error?.message === "string" ? error.message : "its job ended before it did";
  return `${head}\n    ${why}  ${dim(`job ${jobId}`)}`;
}
