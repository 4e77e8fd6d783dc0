import { EXPECTED, type Expected } from "./tables.ts";

type Field = { name: string; column: string; type: string };
type Model = { name: string; table: string; fields: Field[] };
type Schema = { models: Model[]; enums: Record<string, string[]> };

/** How many models are right in each respect, and in all of them. */
export type Verdict = Record<"types" | "names" | "enums" | "relations" | "models", number>;

export function judge(schemaText: string): Verdict {
  const schema = read(schemaText);
  const verdict: Verdict = { types: 0, names: 0, enums: 0, relations: 0, models: 0 };
  for (const expected of EXPECTED) {
    const model = schema.models.find(({ table }) => table === expected.table);
    if (!model) continue;
    const right = {
      types: hasTypes(model, expected),
      names: hasNames(model, expected),
      enums: hasEnum(schema, model, expected),
      relations: hasRelations(schema, model, expected),
    };
    for (const respect of ["types", "names", "enums", "relations"] as const) if (right[respect]) verdict[respect]++;
    if (Object.values(right).every(Boolean)) verdict.models++;
  }
  return verdict;
}

const hasTypes = (model: Model, { fields }: Expected): boolean =>
  Object.values(fields).every(({ column, type }) =>
    model.fields.some((one) => one.column === column && one.type === type),
  );

const hasNames = (model: Model, expected: Expected): boolean =>
  model.name === expected.model &&
  Object.entries(expected.fields).every(([name, { column }]) =>
    model.fields.some((one) => one.name === name && one.column === column),
  );

function hasEnum({ enums }: Schema, model: Model, { choices }: Expected): boolean {
  const type = model.fields.find(({ column }) => column === choices.column)?.type.replace("?", "");
  return enums[type ?? ""]?.join() === choices.values.join();
}

/** A relation leads to the model of the right table, whatever that is called. */
const hasRelations = ({ models }: Schema, model: Model, { links }: Expected): boolean =>
  links.every((link) => {
    const table = EXPECTED.find((one) => one.model === link)?.table;
    const target = models.find((one) => one.table === table)?.name;
    return model.fields.some(({ type }) => type === `${target}[]`);
  });

/** As much of Prisma's language as the question needs: blocks of lines, each a name and what follows. */
function read(text: string): Schema {
  const blocks = [...text.matchAll(/^(model|enum) (\w+) \{\n([\s\S]*?)^\}/gm)].map(
    ([, kind = "", name = "", body = ""]) => {
      const lines = body.split("\n").map((line) => line.trim());
      return { kind, name, lines: lines.filter((line) => line !== "" && !line.startsWith("//")) };
    },
  );
  const mapped = (line: string) => /@map\("([^"]*)"\)/.exec(line)?.[1];
  return {
    models: blocks
      .filter(({ kind }) => kind === "model")
      .map(({ name, lines }) => ({
        name,
        table: lines.flatMap((line) => /^@@map\("([^"]*)"\)/.exec(line)?.[1] ?? [])[0] ?? name,
        fields: lines
          .filter((line) => !line.startsWith("@@"))
          .map((line) => line.split(/\s+/))
          .map(([field = "", type = "", ...rest]) => ({ name: field, type, column: mapped(rest.join(" ")) ?? field })),
      })),
    enums: Object.fromEntries(
      blocks
        .filter(({ kind }) => kind === "enum")
        .map(({ name, lines }) => [
          name,
          lines.filter((line) => !line.startsWith("@@")).map((line) => mapped(line) ?? line.split(/\s+/)[0] ?? ""),
        ]),
    ),
  };
}
