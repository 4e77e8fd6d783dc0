import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { UpstreamError } from "../../../../f/lib/errors.ts";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { inspectStorage, lockStorage, provideStorage, removeStorage } from "../../../../f/lib/storage/lifecycle.ts";
import { openStorage } from "../../../../f/lib/storage/project.ts";
import { uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { awsClient, standInS3, uniqueBucket } from "../../../support/s3.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const world = standInS3();
beforeAll(() => provideBucket({ s3: world.s3 }, { origins: [], keepDeletedDays: 30 }));

const project = () => ({ name: uniqueProject(), ports: { s3: world.s3, workspace: memoryWorkspace() } });

describe("provideStorage", () => {
  it("keeps the limits, once, and puts changed ones right", async () => {
    const { name, ports } = project();
    const made = await provideStorage(ports, name, { maxBytes: 1000, types: ["image/png"] });
    expect(made).toEqual({
      project: name,
      bucket: world.s3.bucket,
      resource: `f/project_${name}/storage`,
      prefix: `${name}/`,
      maxBytes: 1000,
      types: ["image/png"],
      status: "created",
    });
    const limits = { maxBytes: 1000, types: ["image/png"] };
    expect(await provideStorage(ports, name, limits)).toMatchObject({ status: "unchanged" });
    expect(await provideStorage(ports, name, { ...limits, maxBytes: 5 })).toMatchObject({ status: "updated" });
    expect(await inspectStorage(ports, name, limits)).toBe("different");
  });

  it("says that there is no bucket yet", async () => {
    const { name, ports } = project();
    const asked = provideStorage({ ...ports, s3: { ...world.s3, bucket: uniqueBucket() } }, name);
    await expect(asked).rejects.toMatchObject({ code: "precondition_failed", hint: /ensure_bucket/ });
  });

  it.each<[what: string, limits: object]>([
    ["a size of nothing", { maxBytes: 0 }],
    ["a size beyond all", { maxBytes: 2 ** 60 }],
    ["no type", { types: [] }],
    ["any type", { types: ["*/*"] }],
    ["a type that is none", { types: ["png"] }],
  ])("refuses %s", async (_, limits) => {
    const { name, ports } = project();
    await expect(provideStorage(ports, name, limits)).rejects.toMatchObject({ code: "invalid_input" });
    expect(ports.workspace.resources.size).toBe(0);
  });
});

describe("lockStorage", () => {
  it("closes the storage until it is provided again", async () => {
    const { name, ports } = project();
    await expect(openStorage(ports.workspace, name)).rejects.toMatchObject({ code: "not_found" });
    await provideStorage(ports, name);
    await openStorage(ports.workspace, name);
    await lockStorage(ports, name);
    expect(await inspectStorage(ports, name)).toBe("locked");
    await expect(openStorage(ports.workspace, name)).rejects.toMatchObject({ code: "conflict" });
    expect(await provideStorage(ports, name)).toMatchObject({ status: "updated" });
    expect(await inspectStorage(ports, name)).toBe("right");
  });
});

describe("removeStorage", () => {
  const fill = async (name: string) => {
    const client = awsClient(world.s3);
    const Bucket = world.s3.bucket;
    for (const Key of [`${name}/a`, `${name}/a`, `${name}/ü b+c`, `${name}-2/a`]) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    }
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: `${name}/large` }));
    return async () => {
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: name }));
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: name }));
      return [...Versions, ...Uploads].map(({ Key }) => Key);
    };
  };

  it("leaves no version, no unfinished upload and no limits of the project, and all of its neighbour", async () => {
    const { name, ports } = project();
    await provideStorage(ports, name);
    const left = await fill(name);
    expect(await removeStorage(ports, name)).toEqual({ versions: 3, uploads: 1 });
    expect(await left()).toEqual([`${name}-2/a`]);
    expect(await inspectStorage(ports, name)).toBe("absent");
    expect(await removeStorage(ports, name)).toEqual({ versions: 0, uploads: 0 });
  });

  it("killed at any call, goes on where it was", async () => {
    for (let at = 1; ; at++) {
      const { name, ports } = project();
      await provideStorage(ports, name);
      const left = await fill(name);
      const { life, ...kill } = dying(at);
      const killed = () => Promise.reject(new UpstreamError("killed", { hint: "" })); // not to be asked again
      const fetch = ((url: URL, init: RequestInit) =>
        kill.step(() => globalThis.fetch(url, init)).catch(killed)) as never;
      const mortal = { ...ports, fetch, workspace: kill.workspace(ports.workspace) };
      await removeStorage(mortal, name).catch((error: Error) => error);
      if (!life.died) return expect(at).toBeGreaterThan(6);
      await removeStorage(ports, name);
      expect(await left()).toEqual([`${name}-2/a`]);
      expect(await inspectStorage(ports, name)).toBe("absent");
    }
  });
});
