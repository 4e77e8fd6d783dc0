import { stringify } from "yaml";

/** What `wmill sync pull` sorts some keys as; every other key sorts by its own name. */
const SORTS_AS = new Map([
  ["id", "aa"],
  ["version", "aaa"],
  ["type", "ab"],
  ["summary", "ad"],
  ["name", "ae"],
  ["display_name", "af"],
  ["description", "ag"],
  ["value", "ah"],
  ["content", "ai"],
  ["modules", "aj"],
  ["failure_module", "ak"],
  ["input_transforms", "al"],
  ["lock", "az"],
]);

/** YAML exactly as `wmill sync pull` writes it, so that a push followed by a pull changes no committed file. */
export function pulledYaml(value: unknown): string {
  const rank = (key: unknown) => SORTS_AS.get(String(key)) ?? String(key);
  return stringify(value, {
    sortMapEntries: (a, b) => rank(a.key).localeCompare(rank(b.key)),
    aliasDuplicateObjects: false,
    singleQuote: true,
  });
}
