import type { Files } from "../metadata/files.ts";
import { signatureOf } from "../metadata/signature.ts";

/**
 * The text of `signatures.ts`: TypeScript can say the types of `main`'s parameters but not their names, and Windmill
 * passes by name, so each script's function type stands next to its parameter names as Windmill's parser reads them.
 */
export function signaturesText(sources: Files): string {
  const lines = [...sources].flatMap(([file, code]) => {
    const signature = signatureOf(code);
    if (!signature || signature.library) return [];
    const names = signature.args.map((arg) => JSON.stringify(arg.name)).join(", ");
    return [`  "${file.replace(/\.ts$/, "")}": [typeof import("../../${file}").main, [${names}]];\n`];
  });
  return `/**
 * Every script with its parameter names, so that a flow's step is checked against the script it names. Derived from f/ by
 * \`npm run flows\`.
 */
// biome-ignore format: one line per script
export type Signatures = {
${lines.join("")}};
`;
}
