import { PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { deleteFiles, listFiles } from "../../../../f/lib/storage/files.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { awsClient, standInS3 } from "../../../support/s3.ts";

const db = testDatabase();
const world = standInS3();
const project = uniqueProject();
const names = ["a", "b c+d", "users/1/x", "users/1/y", "ü&<>"];
beforeAll(async () => {
  await provideBucket({ s3: world.s3 }, { origins: [], keepDeletedDays: 30 });
  const client = awsClient(world.s3);
  const keys = [...names.map((name) => `${project}/${name}`), `${project}-2/theirs`];
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: world.s3.bucket, Key, Body: "four" }));
});

const list = (more = {}) => listFiles({ s3: world.s3 }, { project, ...more });
const remove = (keys: unknown, dryRun = false) =>
  withPostgres(db, (sql) => deleteFiles({ sql, s3: world.s3 }, { project, keys: keys as string[], dryRun }));

describe("listFiles", () => {
  it("goes through a project's files page by page, and sees no other's", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, cursor });
      seen.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(names.map((name) => `${project}/${name}`));
    expect((await list({ under: "users/" })).items).toMatchObject([
      { key: `${project}/users/1/x`, sizeBytes: 4, modifiedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
      { key: `${project}/users/1/y` },
    ]);
  });

  it.each([0, 1001, 1.5])("refuses a limit of %s", async (limit) => {
    await expect(list({ limit })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("deleteFiles", () => {
  it.each<[what: string, keys: unknown]>([
    ["another project's file", [`${project}-2/theirs`]],
    ["one of its own and another's", [`${project}/a`, "other/a"]],
    ["the prefix itself", [`${project}/`]],
    ["nothing", []],
    ["no list", `${project}/a`],
    ["too many", Array(10_001).fill(`${project}/a`)],
  ])("refuses %s", async (_, keys) => {
    await expect(remove(keys)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("deletes what is named, once it is told to mean it", async () => {
    const keys = [`${project}/a`, `${project}/b c+d`, `${project}/a`, `${project}/missing`];
    const distinct = [...new Set(keys)];
    expect(await remove(keys, true)).toEqual({ project, keys: distinct, status: "planned" });
    expect((await list()).items).toHaveLength(5);
    expect(await remove(keys)).toEqual({ project, keys: distinct, status: "deleted" });
    expect(await remove(keys)).toMatchObject({ status: "deleted" });
    expect((await list()).items.map(({ key }) => key)).toEqual(names.slice(2).map((name) => `${project}/${name}`));
  });
});
