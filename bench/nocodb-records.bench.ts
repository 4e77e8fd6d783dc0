import { requireBase } from "../f/lib/nocodb/base.ts";
import { type Nocodb, path } from "../f/lib/nocodb/client.ts";
import { createRecords } from "../f/lib/nocodb/create_records.ts";
import { listRecords } from "../f/lib/nocodb/list_records.ts";
import { requireTable } from "../f/lib/nocodb/metadata.ts";
import { withPostgres } from "../f/lib/postgres/connect.ts";
import { type NocodbBench, PROJECT, withNocodb } from "./nocodb.ts";
import { type Bench, inTurn } from "./report.ts";

const RECORDS = 10_000;
const RIVAL = "a loop of single calls";

const given = Array.from({ length: RECORDS }, (_, at) => ({
  ...{ Name: `name ${at}`, Age: at, Mood: at % 2 ? "good" : "bad", Ok: at % 3 === 0 },
}));
type Fields = (typeof given)[number];
const definition = (title: string) => ({
  title,
  fields: [
    { title: "Name", type: "SingleLineText", required: true },
    { title: "Age", type: "Number" },
    { title: "Mood", type: "SingleSelect", choices: ["good", "bad"] },
    { title: "Ok", type: "Checkbox" },
  ],
});

/** Many records by create_records and list_records, against what one writes at first: one call per record. */
const bench: Bench = {
  summary: `${RECORDS} records into NocoDB and out again, against a loop of single calls`,
  run: ({ runs: asked }) =>
    withNocodb("nocodb", async (server) => {
      const runs = Math.max(1, Math.round(asked / 8));
      const { nocodb, name } = server;
      let tables = 0;
      const fresh = async (who: string) => {
        const title = `${who}${++tables}`;
        await server.tables([definition(title)]);
        return title;
      };
      const last = { ours: "", theirs: "" };
      const into = await inTurn(
        { case: `${RECORDS} records in, ${name}`, rival: RIVAL, runs, warmup: 0 },
        async () => {
          last.ours = await fresh("Ours");
          return timed(() => createMany(server, last.ours));
        },
        async () => {
          last.theirs = await fresh("Theirs");
          const at = await addressOf(nocodb, last.theirs);
          return timed(async () => {
            for (const fields of given) await nocodb.post(at, fields);
          });
        },
      );
      const got = { ours: [] as Fields[], theirs: [] as Fields[] };
      const out = await inTurn(
        { case: `${RECORDS} records out, ${name}`, rival: RIVAL, runs, warmup: 0 },
        () =>
          timed(async () => {
            const { items } = await listRecords(nocodb, { project: PROJECT, table: last.ours, limit: RECORDS });
            got.ours = items.map(({ fields }) => fields as Fields);
          }),
        async () => {
          const at = await addressOf(nocodb, last.theirs);
          got.theirs = [];
          return timed(async () => {
            for (let id = 1; id <= RECORDS; id++) got.theirs.push(await nocodb.get<Fields>(`${at}/${id}`));
          });
        },
      );
      return {
        cases: [into, out],
        counts: { records: RECORDS, right: right(got.ours), rivalRight: right(got.theirs) },
      };
    }),
};
export default bench;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const createMany = ({ db, nocodb }: NocodbBench, table: string) =>
  withPostgres(db, (sql) => createRecords({ sql, nocodb }, { project: PROJECT, table, records: given }));

async function addressOf(nocodb: Nocodb, title: string): Promise<string> {
  const { id } = await requireTable(nocodb, await requireBase(nocodb, PROJECT), title);
  return path`/api/v2/tables/${id}/records`;
}

/** How many different ones of the records given have come back with every value as it was. */
function right(got: Fields[]): number {
  const byAge = new Map(got.map((fields) => [fields.Age, fields]));
  return given.filter(({ Name, Age, Mood, Ok }) => {
    const found = byAge.get(Age);
    return found?.Name === Name && found.Mood === Mood && Boolean(found.Ok) === Ok;
  }).length;
}
