import { CODE, eachFile, type Rule, SCRIPT } from "./rule.ts";

/** The closed list of verbs and what they promise. Adding one is a decision, not a habit. */
export const VERBS = {
  ensure: "make it exist and match; `unchanged` when it does",
  create: "make a new one with an identity of its own; Conflict when it exists",
  get: "read one; NotFound when there is none",
  list: "read many: `{ items, nextCursor? }`",
  update: "change the named fields",
  delete: "remove; `absent` when there was none",
  drop: "remove with data loss; needs `confirm`, keeps a backup",
  plan: "show what would change, with a hash",
  apply: "do exactly that plan",
  snapshot: "write down as files what is there; changes nothing",
  deploy: "publish a release; `unchanged` for the same content",
  rollback: "return to an earlier release",
  diff: "say what one has otherwise than another",
  backup: "copy out",
  restore: "copy in",
  ingest: "write to the vector store; the same content is skipped",
  search: "query the vector store",
  answer: "answer a question from the vector store",
  evaluate: "say how good it is, by questions whose answers are known",
  inspect: "read one in depth, with advice on what to mend",
  copy: "make another one with the same content",
  check: "observe; never throws for an unhealthy target",
  invite: "ask somebody in, by mail; asked again, it is the same invitation",
  accept: "take an invitation up; `unchanged` when it was",
  sign_out: "end the sessions of a user",
  receive: "accept a pushed event: verify, store once, apply once",
  send: "hand a message over",
  verify: "say whether a proof holds",
  sync: "make two sides equal",
  publish: "make public",
  presign: "give out a link that works for a while",
  replay: "apply what was pushed and did not arrive",
  cancel: "end what runs on its own; taking it back is possible",
  change: "go from one choice to another; shows the price first",
  report: "hand a measurement over, once",
  run: "start a job",
  reconcile: "make reality match our record of it",
};

const BANNED = new Set([
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "manager",
  "handler",
  "data",
  "process",
  "misc",
  "v2",
]);
/** Named before the rule was made. */
const OLDER = /(^|\/)scripts\/stack\/process(\.test)?\.ts$/;

export const NAMES: Rule[] = [
  {
    says: "A script is named f/<infra|api>/<service>/<verb>_<noun>.ts in snake_case, with a verb of the closed list",
    check: eachFile(SCRIPT, (_, file) => {
      const name = new RegExp(`^f/(infra|api)/[a-z][a-z0-9_]*/(${Object.keys(VERBS).join("|")})_[a-z][a-z0-9_]*\\.ts$`);
      return name.test(file)
        ? undefined
        : `its name is not <verb>_<noun> with one of: ${Object.keys(VERBS).join(", ")}`;
    }),
    kept: { "f/infra/shop/ensure_shop.ts": "", "f/infra/shop/apply_shop__flow/a.ts": "" },
    broken: ["make_shop", "ensureShop", "ensure", "ensure-shop", "deep/ensure_shop"].map((name) => ({
      files: { [`f/infra/shop/${name}.ts`]: "" },
      reports: `f/infra/shop/${name}.ts`,
    })),
  },
  {
    says: "Library files and folders are named in snake_case",
    check: eachFile(/^f\/lib\/.*\.ts$/, (_, file) =>
      /^f\/lib\/(?:[a-z][a-z0-9_]*\/)*[a-z][a-z0-9_]*\.ts$/.test(file) ? undefined : "its name is not in snake_case",
    ),
    kept: { "f/lib/errors.ts": "", "f/lib/redis/rate_limit.ts": "" },
    broken: ["rateLimit", "rate-limit", "Redis/limit"].map((name) => ({
      files: { [`f/lib/${name}.ts`]: "" },
      reports: `f/lib/${name}.ts`,
    })),
  },
  {
    says: `No file is named by a word that says nothing: ${[...BANNED].join(", ")}`,
    check: eachFile(CODE, (_, file) => {
      const words = file.split("/").at(-1)?.split(/[._-]/) ?? [];
      const word = words.find((one) => BANNED.has(one));
      return word && !OLDER.test(file) ? `"${word}" does not say what is in it` : undefined;
    }),
    kept: { "scripts/stack/process.ts": "", "f/lib/names.ts": "", "templates/static/site/utils.js": "" },
    broken: ["f/lib/utils.ts", "scripts/cli/process.ts", "tests/support/test_helpers.ts", "scripts/common.mjs"].map(
      (file) => ({ files: { [file]: "" }, reports: file }),
    ),
  },
];
