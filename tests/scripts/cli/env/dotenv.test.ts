import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { withVariables } from "../../../../scripts/cli/env/dotenv.ts";

const urls = { DATABASE_URL: "postgresql://shop_app:p@db:5432/run8n?schema=shop", SITE_URL: "http://shop.example" };

describe("withVariables", () => {
  it("writes a new file", () => {
    expect(withVariables("", urls)).toBe(`DATABASE_URL=${urls.DATABASE_URL}\nSITE_URL=${urls.SITE_URL}\n`);
  });

  it("replaces its own where they stand, and leaves everything else as somebody wrote it", () => {
    const before = "# mine\nSTRIPE_KEY='x y'\n\nexport DATABASE_URL=old\nDATABASE_URL=older\n  OTHER = 1\n";
    expect(withVariables(before, urls)).toBe(
      `# mine\nSTRIPE_KEY='x y'\n\nDATABASE_URL=${urls.DATABASE_URL}\n  OTHER = 1\nSITE_URL=${urls.SITE_URL}\n`,
    );
  });

  it("changes nothing when it is done again", () => {
    const once = withVariables("A=1\n", urls);
    expect(withVariables(once, urls)).toBe(once);
  });

  it.each(["plain", "a b", 'say "hi"', "back\\slash", "it's", 'it\'s "both"', "$HOME", "", "hash # in it", "ümlaut"])(
    "writes %j so that it reads back",
    (value) => {
      expect(parseEnv(withVariables("", { KEY: value })).KEY).toBe(value);
    },
  );
});
