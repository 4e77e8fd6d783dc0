import { InvalidInputError } from "../../errors.ts";

/** A question with the documents that answer it: none when the index must not know. */
export type Example = {
  question: string;
  documents: string[];
  /** What a good answer says; its words are looked for in the answer that is given. */
  answer?: string;
};

const MAX_EXAMPLES = 1000;
const MAX_DOCUMENTS = 20;
const MAX_TEXT = 1000;
const FIELDS = ["question", "documents", "answer"];

/** The examples as they were checked. Throws InvalidInput, which names the first that is wrong by its number. */
export function examplesOf(value: unknown): Example[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_EXAMPLES) {
    throw invalid(`questions must be a list of 1 to ${MAX_EXAMPLES}`, "Pass [{ question, documents, answer }].");
  }
  return value.map((one, at) => exampleOf(one, at + 1));
}

function exampleOf(value: unknown, number: number): Example {
  const { question, documents, answer, ...others } = (value ?? {}) as Record<string, unknown>;
  if (Object.keys(others).length > 0) {
    throw invalid(`Question ${number} has a field that is not known`, `Use only: ${FIELDS.join(", ")}.`);
  }
  const sound =
    isText(question) && Array.isArray(documents) && documents.length <= MAX_DOCUMENTS && documents.every(isText);
  if (!sound || !(answer === undefined || answer === null || isText(answer))) {
    throw invalid(
      `Question ${number} must have a text as question, at most ${MAX_DOCUMENTS} ids as documents, a text or nothing as answer`,
      `A text has 1 to ${MAX_TEXT} characters; documents is empty when the index must not know the answer.`,
    );
  }
  return { question, documents, ...(answer ? { answer } : {}) };
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= MAX_TEXT;

const invalid = (message: string, hint: string): InvalidInputError =>
  new InvalidInputError(message, { hint, details: { argument: "questions" } });
