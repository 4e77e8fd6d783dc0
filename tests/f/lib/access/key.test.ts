import { describe, expect, it } from "vitest";
import { hashOf, keyText, matches, newKey, parseKey } from "../../../../f/lib/access/key.ts";

const key = newKey();

describe("an access key", () => {
  it("reads back as its two parts", () => {
    expect(parseKey(keyText(key))).toEqual(key);
  });

  it.each([
    ["nothing", ""],
    ["only an id", `r8n_${key.id}`],
    ["too short a secret", keyText(key).slice(0, -1)],
    ["something behind it", `${keyText(key)}\n`],
    ["upper case", keyText(key).toUpperCase()],
    ["another prefix", keyText(key).replace("r8n", "sk")],
    ["a variable of Windmill", "$var:f/infra/key"],
  ])("is no key: %s", (_what, text) => {
    expect(parseKey(text)).toBeUndefined();
  });

  it("matches the hash of its own secret and no other", () => {
    expect(matches(key, hashOf(key))).toBe(true);
    expect(matches(newKey(), hashOf(key))).toBe(false);
    expect(matches(key, Buffer.alloc(0))).toBe(false);
  });
});
