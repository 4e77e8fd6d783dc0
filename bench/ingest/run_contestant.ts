import type { Contestant, Setting } from "./contestant.ts";
import { corpus, type Edition } from "./corpus.ts";

// One process that ingests once: `bun run_contestant.ts <contestant> <size> <edition>`, the setting in SETTING. It says how
// many milliseconds it took, without its start; or it is killed in the middle.
const [name = "", size, edition] = process.argv.slice(2);
const { default: contestant } = (await import(`./contestants/${name}.ts`)) as { default: Contestant };
const documents = corpus(Number(size), Number(edition) as Edition);
const ingest = await contestant(JSON.parse(process.env.SETTING ?? "{}") as Setting);
const start = performance.now();
await ingest(documents);
console.log(performance.now() - start);
process.exit(0);
