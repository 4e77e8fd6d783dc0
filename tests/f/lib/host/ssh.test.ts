import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { openHost, withHost } from "../../../../f/lib/host/host.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { runOnBun } from "../../../support/bun.ts";
import { uniqueProject } from "../../../support/database.ts";

const { ssh } = inject("services");
const dir = mkdtempSync(join(tmpdir(), "run8n-ssh-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("a host over SSH", () => {
  it("is refused when it shows another key than the pinned one", async () => {
    const hostKey = `SHA256:${"A".repeat(43)}`;
    await expect(openHost({ ...ssh, hostKey })).rejects.toMatchObject({
      code: "upstream_failed",
      status: 502,
      message: expect.stringContaining("not the one"),
    });
  });

  it("refuses us when our key is not one of its own, and the key is in no error", async () => {
    const path = join(dir, "stranger");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
    const privateKey = readFileSync(path, "utf8");
    const error = await openHost({ ...ssh, privateKey }).catch((caught) => caught);
    expect(error).toMatchObject({ code: "upstream_unreachable", retryable: true, hint: expect.any(String) });
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain("PRIVATE KEY");
  });

  it("is unreachable when nothing listens there", async () => {
    await expect(openHost({ ...ssh, port: await freePort() })).rejects.toMatchObject({
      code: "upstream_unreachable",
      retryable: true,
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ["stalls", () => {}],
    ["is cut off", (socket) => socket.destroy()],
    ["is reset", (socket) => socket.resetAndDestroy()],
  ])("is asked anew when a handshake %s, as on a busy machine", async (_, meet) => {
    const sockets: Socket[] = [];
    const proxy = createServer((socket) => {
      sockets.push(socket);
      if (sockets.length === 1) return meet(socket);
      const there = connect(ssh.port, ssh.host);
      for (const end of [socket, there]) end.on("error", () => {}); // one may be gone before the other
      socket.pipe(there).pipe(socket);
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const host = await openHost({ ...ssh, port });
    await host.close();
    expect(sockets).toHaveLength(2);
  });

  it.each([
    ["no host", { host: undefined }],
    ["no user", { user: "" }],
    ["no key", { privateKey: undefined }],
    ["no pinned host key", { hostKey: undefined }],
    ["an MD5 fingerprint", { hostKey: "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48" }],
    ["garbage instead of a key", { hostKey: "SHA256:short" }],
    ["a relative root", { root: "sites" }],
    ["the machine's own root", { root: "/" }],
    ["a root with ..", { root: "/srv/../etc" }],
    ["another transport", { transport: "ftp" as "ssh" }],
  ])("is not even tried with %s", async (_, change) => {
    await expect(openHost({ ...ssh, ...change })).rejects.toMatchObject({
      code: "invalid_input",
      status: 400,
      hint: expect.any(String),
    });
  });

  it("reports a private key that cannot be read without showing it", async () => {
    const error = await openHost({ ...ssh, privateKey: "not-a-key-but-secret" }).catch((caught) => caught);
    expect(error).toMatchObject({ status: 502 });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain("not-a-key-but-secret");
  });

  it("fails at once when the connection is cut in the middle of a tree", async () => {
    const sockets: Socket[] = [];
    const proxy = createServer((inner) => {
      const outer = connect(ssh.port, ssh.host);
      sockets.push(inner, outer);
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const)
        from.on("error", () => to.destroy()).pipe(to);
      let sent = 0;
      inner.on("data", (chunk) => {
        sent += chunk.length;
        if (sent > 500_000) for (const socket of sockets) socket.destroy();
      });
    });
    const port = await freePort();
    await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
    const host = await openHost({ ...ssh, port });
    const large = { path: "a", content: Buffer.alloc(8_000_000, 7), modifiedAt: new Date() };
    const refused = { code: "upstream_failed", message: expect.stringContaining("could not write") };
    await expect(host.writeTree(uniqueProject(), [large])).rejects.toMatchObject(refused);
    await expect(host.list("anything")).rejects.toMatchObject({ code: "upstream_failed" });
    await host.close();
    proxy.close();
  });

  it("works from a bundle on Bun, without the native parts that Node would load", async () => {
    const project = uniqueProject();
    const code = `import { withHost } from "@f/lib/host/host.ts";
      export const main = (value, project) => withHost(value, async (host) => {
        await host.writeTree(project, [{ path: "r/1/a", content: new Uint8Array(300000).fill(65), modifiedAt: new Date(0) }]);
        await host.replaceLink(project + "/current", "r/1");
        return { link: await host.readLink(project + "/current"), names: await host.list(project) };
      });`;
    expect(await runOnBun(code, [ssh, project])).toEqual({ link: "r/1", names: ["current", "r"] });
    expect(await withHost(ssh, (host) => host.read(`${project}/r/1/a`))).toBe("A".repeat(300_000));
  });
});
