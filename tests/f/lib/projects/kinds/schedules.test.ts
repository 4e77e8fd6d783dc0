import { expect, it } from "vitest";
import { folderOf } from "../../../../../f/lib/names.ts";
import { checkDrift } from "../../../../../f/lib/projects/drift.ts";
import { planProject } from "../../../../../f/lib/projects/plan.ts";
import { testDatabase, uniqueProject } from "../../../../support/database.ts";
import { applyAll, deleteAll, projectServers, restoreAll } from "../../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const { use, workspace } = servers;

const digest = { name: "digest", cron: "0 0 8 * * MON", timezone: "Europe/Berlin", script: "send_digest" };
const drift = { name: "drift", cron: "0 30 3 * * *", verb: "check_drift" };
const project = () => ({ name: uniqueProject(), template: "static", waitlist: false });
const apply = (manifest: object) => use((ports) => applyAll(ports, { manifest }));
const planned = async (manifest: object) =>
  (await use((ports) => planProject(ports, { manifest }))).changes
    .filter(({ kind }) => kind === "schedules")
    .map(({ action, what, why }) => [action, what, why]);
const inWindmill = (name: string) => [...workspace.schedules.values()].filter(({ args }) => args.project === name);

it("runs a project's own scripts and verbs on the project, and follows its manifest", async () => {
  const shop = project();
  const path = (name: string) => `${folderOf(shop.name)}/schedule_${name}`;
  const manifest = { ...shop, schedules: [digest, drift] };
  expect(await planned(manifest)).toEqual(
    ["digest", "drift"].map((name) => ["create", `Schedule ${path(name)}`, "it does not exist"]),
  );
  await apply(manifest);
  expect(inWindmill(shop.name)).toEqual([
    {
      ...{ path: path("digest"), script: `${folderOf(shop.name)}/send_digest`, cron: digest.cron },
      ...{ timezone: "Europe/Berlin", args: { project: shop.name }, enabled: true },
    },
    {
      ...{ path: path("drift"), script: "f/infra/projects/check_drift", cron: drift.cron },
      ...{ timezone: "UTC", args: { project: shop.name }, enabled: true },
    },
  ]);
  expect(await planned(manifest)).toEqual([]);

  await workspace.pauseSchedule(path("drift"));
  const { items } = await use((ports) => checkDrift(ports, { project: shop.name }));
  expect(items[0]?.kinds.find(({ kind }) => kind === "schedules")?.findings).toMatchObject([{ why: "it is paused" }]);

  // A schedule that somebody made by hand stays: no manifest ever named it.
  const foreign = { path: `${folderOf(shop.name)}/by_hand`, script: "f/x/y", args: { project: shop.name } };
  await workspace.setSchedule({ ...foreign, cron: drift.cron, timezone: "UTC", enabled: true });
  const next = { ...shop, schedules: [{ ...drift, cron: "0 30 4 * * *" }] };
  expect(await planned(next)).toEqual([
    ["update", `Schedule ${path("drift")}`, "it runs at other times"],
    ["remove", `Schedule ${path("digest")}`, "run8n.json no longer names it"],
  ]);
  await apply(next);
  expect(inWindmill(shop.name).map((one) => [one.path, one.enabled])).toEqual([
    [path("drift"), true],
    [foreign.path, true],
  ]);

  await use((ports) => applyAll(ports, { project: shop.name, environment: "staging" }));
  expect(inWindmill(`${shop.name}-staging`)).toEqual([]);

  await use((ports) => deleteAll(ports, shop.name));
  expect(inWindmill(shop.name).map(({ enabled }) => enabled)).toEqual([false, false]);
  await use((ports) => restoreAll(ports, shop.name));
  expect(await planned(next)).toEqual([]);
});
