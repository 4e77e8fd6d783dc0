import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dbCommand } from "../../../../scripts/cli/commands/db.ts";
import { checkCopy, copyTemplate, manifestIn } from "../../../../scripts/cli/site/template.ts";

const box = mkdtempSync(join(tmpdir(), "run8n-template-"));
const templates = join(box, "templates");
const picture = Buffer.from([0x89, 0x50, 0x7b, 0x7b, 0x6e, 0x61, 0x6d, 0x65, 0x7d, 0x7d, 0xff]);
mkdirSync(join(templates, "static/site"), { recursive: true });
writeFileSync(join(templates, "static/run8n.json"), '{ "name": "{{name}}" }');
writeFileSync(join(templates, "static/site/index.html"), "<h1>{{name}}</h1>{{other}}");
writeFileSync(join(templates, "static/site/logo.png"), picture);
afterAll(() => rmSync(box, { recursive: true }));

describe("copyTemplate", () => {
  it("copies all files and puts the name in, but not into pictures", () => {
    const target = join(box, "deep/shop");
    copyTemplate(templates, "static", target, "shop");
    expect(readFileSync(join(target, "run8n.json"), "utf8")).toBe('{ "name": "shop" }');
    expect(readFileSync(join(target, "site/index.html"), "utf8")).toBe("<h1>shop</h1>{{other}}");
    expect(readFileSync(join(target, "site/logo.png"))).toEqual(picture);
  });
});

describe("the package of the template saas", () => {
  it("has a script for every action on the database", () => {
    const { scripts } = JSON.parse(readFileSync("templates/saas/package.json", "utf8"));
    const actions = /^<(.*)>$/.exec(dbCommand.args[0] ?? "")?.[1]?.split("|") ?? [];
    const expected = Object.fromEntries(actions.map((action) => [`db:${action}`, `run8n db ${action}`]));
    expect(scripts).toEqual({ deploy: "run8n deploy", ...expected });
  });
});

describe("manifestIn", () => {
  it("is the template's, with the name in it", () => {
    expect(manifestIn(templates, "static", "shop")).toEqual({ name: "shop" });
  });
});

describe("checkCopy", () => {
  it("lets a new or empty folder pass", () => {
    mkdirSync(join(box, "empty"));
    for (const name of ["new", "empty"]) expect(() => checkCopy(templates, "static", join(box, name))).not.toThrow();
  });

  it.each([
    ["a project", "run8n.json", "is a project already"],
    ["anything else", "notes.txt", "not empty"],
  ])("refuses a folder that holds %s", (_, file, said) => {
    const target = mkdtempSync(join(box, "full-"));
    writeFileSync(join(target, file), "");
    expect(() => checkCopy(templates, "static", target)).toThrow(said);
  });

  it("refuses a file in the way, and a template that does not exist", () => {
    writeFileSync(join(box, "file"), "");
    expect(() => checkCopy(templates, "static", join(box, "file"))).toThrow("not empty");
    expect(() => checkCopy(templates, "../box", join(box, "x"))).toThrow("no template");
  });
});
