import { describe, expect, it } from "vitest";
import {
  describe as describeValue,
  environmentProject,
  folderOf,
  hostName,
  projectName,
  schemaOf,
} from "../../../f/lib/names.ts";
import { HOSTILE_NAMES } from "../../support/names.ts";

const failureOf = (call: () => unknown): { message: string; hint: string } => {
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ name: "InvalidInputError", code: "invalid_input", status: 400 });
    return error as { message: string; hint: string };
  }
  throw new Error("was accepted");
};

describe("projectName", () => {
  it.each(["ab", "shop", "my-shop", "a1", "shop2go", "a-b-c-d", "a".repeat(40), "select", "user"])("takes %s", (name) =>
    expect(projectName(name)).toBe(name),
  );

  it.each(HOSTILE_NAMES)("refuses %s, and does not repeat it", (_what, value) => {
    const { message, hint } = failureOf(() => projectName(value));
    expect(hint).not.toBe("");
    if (typeof value === "string" && value.length > 2) expect(message).not.toContain(value);
  });
});

describe("schemaOf and folderOf", () => {
  it("follow from the name, one to one", () => {
    expect(schemaOf("my-shop")).toBe("my_shop");
    expect(folderOf("my-shop")).toBe("f/project_my_shop");
  });

  it.each(HOSTILE_NAMES)("judge the name themselves: %s", (_what, value) => {
    failureOf(() => schemaOf(value as string));
    failureOf(() => folderOf(value as string));
  });

  it("leave room for the longest role and tombstone that Postgres tells apart", () => {
    const longest = `${schemaOf("a".repeat(40))}__dropped_9999_readonly`;
    expect(longest.length).toBeLessThanOrEqual(63);
  });
});

describe("environmentProject", () => {
  it.each([
    ["production", "shop"],
    ["staging", "shop-staging"],
    ["fix-42", "shop-fix-42"],
    ["7", "shop-7"],
  ])("%s of shop is on record as %s", (environment, project) =>
    expect(environmentProject("shop", environment)).toBe(project),
  );

  it.each(["", "Staging", "a--b", "-a", "a-", "a_b", "../a", "$var:f/infra/x", "a".repeat(40), null, undefined, 7])(
    "refuses %j",
    (environment) => {
      failureOf(() => environmentProject("shop", environment));
    },
  );
});

describe("hostName", () => {
  it.each(["shop.example.com", "a.b", "xn--bcher-kva.example", "1.2.example", `${"a".repeat(63)}.example`])(
    "takes %s",
    (host) => expect(hostName(host)).toBe(host),
  );

  it.each([
    undefined,
    null,
    7,
    ["a.b"],
    "",
    "localhost",
    "Shop.example.com",
    "shop.example.com.",
    ".example.com",
    "a..b",
    "-a.example",
    "a-.example",
    "http://shop.example.com",
    "shop.example.com:80",
    "shop.example.com/x",
    "shop example.com",
    "*.example.com",
    "sh_op.example.com",
    "bücher.example",
    "{http.request.host}.example",
    "a.b\n",
    "a.b\0",
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(127)}example`,
  ])("refuses %j", (value) => void failureOf(() => hostName(value)));
});

describe("describe", () => {
  it.each([
    [null, "null"],
    [undefined, "nothing"],
    [7, "a number"],
    [[], "a list"],
    [{}, "a object"],
    ["", "0 characters with empty"],
    ["Geheim!", "7 characters with upper case"],
    ["a\tb", "3 characters with white space, non-ASCII or control characters"],
    ['..";', '4 characters with quotes or other punctuation, ".."'],
  ])("says of %j what it looks like: %s", (value, text) => expect(describeValue(value)).toBe(text));
});
