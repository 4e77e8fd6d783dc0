import { PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { checkDrift } from "../../../../../f/lib/projects/drift.ts";
import { projectEnv } from "../../../../../f/lib/projects/env.ts";
import { planProject } from "../../../../../f/lib/projects/plan.ts";
import { listResources } from "../../../../../f/lib/projects/resources.ts";
import { provideBucket } from "../../../../../f/lib/storage/bucket.ts";
import { refusedOrigins } from "../../../../../f/lib/storage/cors.ts";
import { lockStorage } from "../../../../../f/lib/storage/lifecycle.ts";
import { openStorage } from "../../../../../f/lib/storage/project.ts";
import { testDatabase, uniqueProject } from "../../../../support/database.ts";
import { applyAll, deleteAll, dropAll, projectServers, restoreAll } from "../../../../support/project_ports.ts";
import { awsClient, standInS3 } from "../../../../support/s3.ts";

const servers = projectServers(testDatabase());
const { use, workspace, caddy } = servers;
const store = standInS3();
const origin = (host: string) => caddy.publicUrl.replace("{host}", host);
beforeAll(async () => {
  servers.connections.storage = store.s3;
  await provideBucket({ s3: store.s3 }, { origins: [origin(`*.${caddy.domain}`)], keepDeletedDays: 30 });
});

const shop = (more: object = {}) => ({
  name: uniqueProject(),
  template: "static",
  storage: {},
  domains: [] as string[],
  ...more,
});
const plan = (manifest: object) => use((ports) => planProject(ports, { manifest }));
const findings = async (manifest: object) =>
  (await plan(manifest)).changes.filter(({ kind }) => kind === "storage").map(({ why }) => why);

describe("a project's storage", () => {
  it("is planned, made within its limits, found in the app's environment without a key, and mended", async () => {
    const manifest = shop({ storage: { maxBytes: 1000, types: ["image/*"] } });
    expect(await findings(manifest)).toEqual(["the project keeps no files yet"]);
    await use((ports) => applyAll(ports, { manifest }));
    expect(await plan(manifest)).toMatchObject({ status: "empty" });
    expect(await openStorage(workspace, manifest.name)).toMatchObject({ maxBytes: 1000, types: ["image/*"] });
    const { variables } = await use((ports) => projectEnv(ports, manifest.name));
    expect(variables.STORAGE_URL).toBe(`${variables.SITE_URL}/api/storage`);
    expect(JSON.stringify(variables)).not.toContain(store.s3.secretKey);

    await lockStorage({ workspace }, manifest.name);
    expect((await use((ports) => checkDrift(ports, { project: manifest.name }))).items[0]?.kinds).toContainEqual({
      kind: "storage",
      status: "drifted",
      findings: [expect.objectContaining({ why: "it is locked" })],
    });
    await use((ports) => applyAll(ports, { manifest }));
    expect(await openStorage(workspace, manifest.name)).toMatchObject({ locked: false });
  });

  it("takes files from pages of the project's own domains, and goes with them", async () => {
    const manifest = shop();
    manifest.domains = [`${manifest.name}.example`];
    const pages = manifest.domains.map(origin);
    await use((ports) => applyAll(ports, { manifest: { ...manifest, domains: [] } }));
    expect(await findings(manifest)).toEqual([`pages of ${pages[0]} may send no files`]);
    await use((ports) => applyAll(ports, { manifest }));
    expect(await refusedOrigins({ s3: store.s3 }, pages)).toEqual([]);

    const Key = `${manifest.name}/users/a`;
    await awsClient(store.s3).send(new PutObjectCommand({ Bucket: store.s3.bucket, Key, Body: "x" }));
    await use((ports) => deleteAll(ports, manifest.name));
    await expect(openStorage(workspace, manifest.name)).rejects.toMatchObject({ code: "conflict" });
    await use((ports) => restoreAll(ports, manifest.name));
    await openStorage(workspace, manifest.name);

    await use((ports) => deleteAll(ports, manifest.name));
    const { items } = await use((ports) => listResources(ports, manifest.name));
    expect(items).toContainEqual(expect.objectContaining({ kind: "storage" }));
    expect(await use((ports) => dropAll(ports, manifest.name))).toMatchObject({ status: "absent" });
    expect(await refusedOrigins({ s3: store.s3 }, pages)).toEqual(pages);
    expect(await refusedOrigins({ s3: store.s3 }, [origin(`any.${caddy.domain}`)])).toEqual([]);
  });
});
