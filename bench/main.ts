import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Bench, machine, type Report } from "./report.ts";

/** `npm run bench -- <name> [--json] [--runs n] [--size n]`; without a name it lists what there is. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: process.env.npm_config_json === "true" },
    runs: { type: "string" },
    size: { type: "string" },
  },
});

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length))
  .sort();
const load = async (name: string): Promise<Bench> => (await import(`./${name}.bench.ts`)).default;

const [name] = positionals;
if (!name) {
  for (const known of names) console.log(`${known.padEnd(16)} ${(await load(known)).summary}`);
} else if (!names.includes(name)) {
  console.error(`There is no benchmark of that name. Known: ${names.join(", ")}`);
  process.exitCode = 2;
} else {
  const report: Report = {
    bench: name,
    machine: machine(),
    ...(await (
      await load(name)
    ).run({
      runs: Number(values.runs ?? 15),
      ...(values.size ? { size: Number(values.size) } : {}),
    })),
  };
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
}

function print(report: Report): void {
  console.log(`${report.bench} on ${report.machine}`);
  for (const one of report.cases) {
    console.log(
      `  ${one.case.padEnd(34)} ours ${one.ours} ${one.unit}, ${one.rival} ${one.theirs} ${one.unit}: ${one.ratio}× (median of ${one.runs})`,
    );
  }
  for (const [count, value] of Object.entries(report.counts)) console.log(`  ${count.padEnd(34)} ${value}`);
}
