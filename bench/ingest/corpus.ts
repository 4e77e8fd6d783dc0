export type Document = { id: string; text: string };

const SECTIONS = 3;
const WORDS = 110;
/** The share of documents, in a hundred, that each edition changes of the one before; the first is the original. */
const CHANGED = [0, 1, 10] as const;
const VOCABULARY =
  "account address answer archive balance batch border branch budget cache channel circle client column copy cursor customer delay device digest domain editor engine entry event field filter folder frame gateway group header index journal kernel label layer ledger limit machine margin member message mirror module network notice number object offset option order packet parcel parser period policy portal prefix queue quota reader record region release report request result router sample schema screen sector server session shard signal socket source stage storage stream subject switch system table target tenant thread ticket token topic track trigger update value vector vendor version volume window worker".split(
    " ",
  );

export type Edition = 0 | 1 | 2;

/**
 * A corpus of Markdown documents of three sections each, the same one every time. With each edition a share of them is
 * otherwise: four of five have one section rewritten, the fifth is gone.
 */
export function corpus(size: number, edition: Edition): Document[] {
  return Array.from({ length: size }, (_, number) => documentOf(number, edition)).filter((one) => one !== undefined);
}

function documentOf(number: number, edition: Edition): Document | undefined {
  let version = 0;
  for (let at = 1; at <= edition; at++) {
    const nth = Math.floor((number * CHANGED[at as Edition]) / 100);
    if (nth === Math.floor(((number - 1) * CHANGED[at as Edition]) / 100)) continue;
    if (nth % 5 === 0) return undefined;
    version = at;
  }
  const sections = Array.from({ length: SECTIONS }, (_, section) =>
    sectionOf(number, section, section === number % SECTIONS ? version : 0),
  );
  return { id: `${number}.md`, text: `# Document ${number}\n\n${sections.join("\n\n")}\n` };
}

/** Each section says which one it is, in which version: by that it is found again in whatever a contestant has stored. */
function sectionOf(number: number, section: number, version: number): string {
  let state = (number * 31 + section * 7 + version) * 2654435761 + 1;
  const words = Array.from({ length: WORDS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return VOCABULARY[(state >>> 8) % VOCABULARY.length];
  });
  return `## Part ${section}\n\nmark-${number}-${section}-${version} ${words.join(" ")}.`;
}

export const marksIn = (text: string): string[] => text.match(/mark-\d+-\d+-\d+/g) ?? [];
