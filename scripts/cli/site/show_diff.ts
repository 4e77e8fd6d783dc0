import type { ReleaseDiff } from "../../../f/lib/sites/diff.ts";
import { size } from "../size.ts";

const MARKS = { added: "+", changed: "~", removed: "-" };
/** More than a screen holds is counted only. */
const SHOWN_FILES = 40;

/** What one release has otherwise than another, for people. */
export function showDiff({ items, added, changed, removed, unchanged, settingsChanged }: ReleaseDiff): string {
  const lines = items
    .slice(0, SHOWN_FILES)
    .map(({ path, change, sizeBytes }) => `  ${MARKS[change]} ${size(sizeBytes).padStart(9)}  ${path}`);
  const rest = added + changed + removed - lines.length;
  return [
    ...lines,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged${settingsChanged ? "; settings changed" : ""}`,
  ].join("\n");
}
