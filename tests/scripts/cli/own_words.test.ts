import { expect, it } from "vitest";
import { inOwnWords } from "../../../scripts/cli/own_words.ts";

it.each([
  ["Bring it back with restore_project, or end it now.", "Bring it back with `run8n restore`, or end it now."],
  ["Make it with the flow f/infra/projects/apply_project.", "Make it with `run8n apply`."],
  ["Wait a minute.", "Wait a minute."],
])("names commands instead of verbs: %s", (hint, own) => expect(inOwnWords(hint)).toBe(own));
