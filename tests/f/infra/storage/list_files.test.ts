import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { main as deleteFiles } from "../../../../f/infra/storage/delete_files.ts";
import { main as listFiles } from "../../../../f/infra/storage/list_files.ts";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { awsClient, standInS3 } from "../../../support/s3.ts";

const db = testDatabase();
const store = standInS3();

it("lists a project's files and deletes those that are named", async () => {
  await provideBucket({ s3: store.s3 }, { origins: [], keepDeletedDays: 30 });
  const project = uniqueProject();
  const key = `${project}/users/a`;
  await awsClient(store.s3).send(new PutObjectCommand({ Bucket: store.s3.bucket, Key: key, Body: "x" }));
  const list = () => listFiles(project, undefined, undefined, undefined, store.s3);
  expect(await list()).toMatchObject({ items: [{ key, sizeBytes: 1 }] });
  expect(await deleteFiles(project, [key], undefined, store.s3, db)).toMatchObject({ status: "planned" });
  expect((await list()).items).toHaveLength(1);
  expect(await deleteFiles(project, [key], false, store.s3, db)).toMatchObject({ status: "deleted" });
  expect(await list()).toEqual({ items: [] });
});
