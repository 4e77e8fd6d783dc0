import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startServer } from "../scripts/stack/process.ts";
import { postgresServer } from "../scripts/stack/servers/postgres.ts";
import { type Name, newField, type Ran } from "./ingest/field.ts";
import { type Bench, type Case, round } from "./report.ts";
import { installRival } from "./rivals/install.ts";

const DOCUMENTS = 2000;
const LANGCHAIN = "LangChain.js index(), core 1.4.0";
const PLAIN = "plain loop";

/** What each case does before the run that is measured, and which edition of the documents that one is given. */
const CASES = ["first run", "unchanged", "1 % changed", "10 % changed", "store wiped", "after a crash"] as const;
type CaseName = (typeof CASES)[number];

/** The whole life of an index: filled, kept up, lost and cut off, by us and by two others. */
const bench: Bench = {
  summary: "2,000 documents into an index, again, changed, wiped, crashed, against LangChain.js and a plain loop",
  async run({ size = DOCUMENTS }) {
    installRival("langchain");
    const dir = mkdtempSync(join(tmpdir(), "run8n-ingest-"));
    const port = await freePort();
    const postgres = await startServer(postgresServer({ dir, port, password: "bench" }), dir);
    const db = { host: "127.0.0.1", port, user: "postgres", password: "bench", dbname: "postgres", sslmode: "disable" };
    try {
      const contest = async (name: Name, cases: readonly CaseName[]) => {
        const field = await newField(name, db, size);
        try {
          const all = {} as Record<CaseName, Ran>;
          for (const one of cases) {
            all[one] = await PLAYED[one](field);
            console.error(`${name}, ${one}: ${JSON.stringify(all[one])}`);
          }
          return all;
        } finally {
          await field.remove();
        }
      };
      const ours = await contest("ours", CASES);
      const langchain = await contest("langchain", CASES);
      // Every run of the loop is like its first one, so that it is only shown what happens to documents that went.
      const plain = await contest("plain", ["first run", "10 % changed"]);
      return { cases: casesOf(ours, langchain, plain), counts: countsOf(ours, langchain, plain) };
    } finally {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
export default bench;

type Field = Awaited<ReturnType<typeof newField>>;

const PLAYED: Record<CaseName, (field: Field) => Promise<Ran>> = {
  "first run": (field) => field.run(0),
  unchanged: (field) => field.run(0),
  "1 % changed": (field) => field.run(1),
  "10 % changed": (field) => field.run(2),
  async "store wiped"(field) {
    await field.wipe();
    return field.run(2);
  },
  async "after a crash"(field) {
    await field.startOver();
    await field.crash(0);
    return field.run(0);
  },
};

type All = Record<CaseName, Ran>;

const casesOf = (ours: All, langchain: All, plain: All): Case[] => [
  ...CASES.map((name) => against(name, LANGCHAIN, ours[name], langchain[name])),
  against("first run ", PLAIN, ours["first run"], plain["first run"]),
  against("10 % changed ", PLAIN, ours["10 % changed"], plain["10 % changed"]),
];

const against = (name: string, rival: string, ours: Ran, theirs: Ran): Case => ({
  case: name,
  rival,
  unit: "s",
  ours: round(ours.seconds),
  theirs: round(theirs.seconds),
  ratio: round(ours.seconds / theirs.seconds),
  runs: 1,
});

function countsOf(ours: All, langchain: All, plain: All): Record<string, number> {
  const sum = (all: All, what: "missing" | "stale") => Object.values(all).reduce((total, ran) => total + ran[what], 0);
  return {
    missing: sum(ours, "missing"),
    stale: sum(ours, "stale"),
    embedsUnchanged: ours.unchanged.calls,
    textsEmbeddedFirst: ours["first run"].texts,
    textsEmbedded1Percent: ours["1 % changed"].texts,
    textsEmbedded10Percent: ours["10 % changed"].texts,
    textsEmbeddedWiped: ours["store wiped"].texts,
    textsEmbeddedTwiceAfterCrash: ours["after a crash"].textsInAll - ours["first run"].texts,
    langchainMissing: sum(langchain, "missing"),
    langchainStale: sum(langchain, "stale"),
    langchainEmbedsUnchanged: langchain.unchanged.calls,
    langchainMissingWiped: langchain["store wiped"].missing,
    langchainTextsEmbeddedTwiceAfterCrash: langchain["after a crash"].textsInAll - langchain["first run"].texts,
    plainMissing: sum(plain, "missing"),
    plainStale: sum(plain, "stale"),
    plainTextsEmbedded10Percent: plain["10 % changed"].texts,
  };
}
