import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, openHome } from "../../../scripts/stack/home.ts";
import { isFree, type Ports, settlePorts } from "../../../scripts/stack/ports.ts";

let home: Home;
const servers: Server[] = [];
beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), "run8n-ports-")));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
  rmSync(home.dir, { recursive: true });
});

async function occupy(port: number, host = "127.0.0.1"): Promise<void> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((listening, failed) => server.once("error", failed).listen(port, host, listening));
}
const settle = (running: (keyof Ports)[] = []) => settlePorts(home, { running: new Set(running), anyPort: true });

describe("settlePorts", () => {
  it("gives every server a port of its own, and the same ones the next time", async () => {
    const first = await settle();
    expect(new Set(Object.values(first.ports)).size).toBe(Object.keys(first.ports).length);
    expect(await settle()).toEqual({ ports: first.ports, moved: false });
  });

  it("moves only the server whose port somebody else took meanwhile", async () => {
    const { ports } = await settle();
    await occupy(ports.sites);
    const next = await settle();
    expect(next.moved).toBe(true);
    expect(next.ports).toEqual({ ...ports, sites: next.ports.sites });
    expect(next.ports.sites).not.toBe(ports.sites);
  });

  it("keeps the port of a server that is running on it", async () => {
    const { ports } = await settle();
    await occupy(ports.redis);
    expect(await settle(["redis"])).toEqual({ ports, moved: false });
  });
});

describe("isFree", () => {
  it.each(["127.0.0.1", "0.0.0.0"])("sees a server on %s", async (host) => {
    const { ports } = await settle();
    expect(await isFree(ports.windmill)).toBe(true);
    await occupy(ports.windmill, host);
    expect(await isFree(ports.windmill)).toBe(false);
  });
});
