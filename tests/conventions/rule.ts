import type { Files } from "../../scripts/metadata/files.ts";

export type Violation = { file: string; why: string };

type Repository = Record<string, string>;

/** One convention, with repositories in miniature that prove that it can be kept and broken. */
export type Rule = {
  /** A sentence that tells a developer what to do. */
  says: string;
  check: (files: Files) => Violation[];
  kept: Repository;
  /** Each is laid over `kept`; the rule must report this file, and nothing else. */
  broken: { files: Repository; reports: string }[];
};

/** A rule about each file whose path matches: `why` is undefined for a file that is fine. */
export function eachFile(paths: RegExp, why: (code: string, file: string, files: Files) => string | undefined) {
  return (files: Files): Violation[] =>
    [...files].flatMap(([file, code]) => {
      const reason = paths.test(file) ? why(code, file, files) : undefined;
      return reason ? [{ file, why: reason }] : [];
    });
}

/** Scripts: what Windmill runs by itself. */
export const SCRIPT = /^f\/(infra|api)\/(?!.*__flow\/).*\.ts$/;
/** Hand-written code of `f/`. */
export const F_CODE = /^f\/(?!lib\/sites\/starters\/).*\.ts$/;
/** Hand-written code of the whole repository. */
export const CODE =
  /^(?:(?:flows|scripts|tests|bench)\/(?!flows\/signatures).*|f\/(?!lib\/sites\/starters\/).*|[^/]+)\.(?:ts|mjs)$/;

/** The code without its comments, each line where it was. Texts in quotes stay. */
export function withoutComments(code: string): string {
  const token = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return code.replace(token, (all, text?: string) => text ?? all.replace(/[^\n]/g, ""));
}
