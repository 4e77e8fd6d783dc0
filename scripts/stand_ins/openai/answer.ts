import { wordsOf } from "./words.ts";

export type Message = { role: string; content: string };

const SOURCE = /<source id="(\d+)"[^>]*>([\s\S]*?)<\/source>/g;
const MAX_SENTENCES = 3;
/** A sentence must have this share of what the question asks for. */
const LEAST = 0.34;

/**
 * The answer of the stand-in: sentences of the sources that share most words with the question, word for word, each with
 * the number of the source it is from. No model, so it invents nothing, and follows no instruction but one: when nothing
 * fits, it answers what the system message asks to reply with exactly.
 */
export function extract(messages: Message[]): string {
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const wanted = new Set(wordsOf(asked.replace(SOURCE, " ").replace(/<[^>]*>/g, " ")));
  const sentences = [...asked.matchAll(SOURCE)].flatMap(([, id = "", text = ""]) =>
    sentencesOf(plain(text)).map((sentence) => ({ id, sentence, score: overlap(sentence, wanted) })),
  );
  const best = sentences.filter(({ score }) => score >= LEAST).sort((one, other) => other.score - one.score);
  const seen = new Set<string>();
  const chosen = best.filter(({ sentence }) => !seen.has(sentence) && seen.add(sentence)).slice(0, MAX_SENTENCES);
  if (chosen.length > 0) return chosen.map(({ id, sentence }) => `${sentence} [${id}]`).join(" ");
  const system = messages.find(({ role }) => role === "system" || role === "developer")?.content ?? "";
  return /reply with exactly "([^"]+)"/i.exec(system)?.[1] ?? "I do not know.";
}

/**
 * The answer of a model that does what a text tells it, for tests of what an application lets through: it repeats what
 * follows OBEY: anywhere in its messages, or, if it knows sources from messages, anywhere but in them.
 */
export const obey = (messages: Message[], alsoSources: boolean): string | undefined =>
  messages
    .map(({ content: all }) => (alsoSources ? all : all.replace(SOURCE, " ")))
    .map((content) => /OBEY:\s*(.+?)(?=\n|<\/source|$)/.exec(plain(content))?.[1])
    .find(Boolean);

const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?])\s+|\n{2,}|\n(?=[-*#|])/)
    .map((one) => one.replace(/\s+/g, " ").trim())
    .filter((one) => one.length > 2 && one.length <= 600);

function overlap(sentence: string, wanted: Set<string>): number {
  const found = new Set(wordsOf(sentence).filter((word) => wanted.has(word)));
  return wanted.size === 0 ? 0 : found.size / wanted.size;
}

const plain = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
