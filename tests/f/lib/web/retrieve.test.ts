import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { fetchPage, publicWeb } from "../../../../f/lib/web/retrieve.ts";
import { runOnBun } from "../../../support/bun.ts";
import { testWeb } from "../../../support/web.ts";

const web = testWeb((request, answer) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  const to = pathname === "/loop" ? "/loop" : searchParams.get("to");
  if (to) return answer.writeHead(302, { location: to }).end();
  if (pathname === "/long") return answer.end("x".repeat(200_000));
  if (pathname === "/bomb") return answer.end(gzipSync(Buffer.alloc(10_000_000)));
  if (pathname === "/packed") return answer.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked"));
  if (pathname === "/drip") return void answer.write("a");
  if (pathname === "/cut")
    return void answer.writeHead(200, { "content-length": "100" }).write("a", () => request.socket.destroy());
  if (pathname === "/agent") return answer.end(JSON.stringify(request.headers));
  return answer.writeHead(200, { "content-type": "text/html", etag: '"1"' }).end(`page ${request.headers.host}`);
});
beforeEach(() => {
  web.resolved.length = 0;
  web.asked.length = 0;
});

describe("fetchPage", () => {
  it("reads a page with its status, headers and final address", async () => {
    const page = await fetchPage(web.open(), web.at("a.test", "/x?to=/y"));
    expect({ ...page, body: page.body.toString() }).toMatchObject({
      status: 200,
      url: web.at("a.test", "/y"),
      body: `page a.test:${web.port}`,
      headers: { "content-type": "text/html", etag: '"1"' },
    });
    expect((await fetchPage(web.open(), web.at("a.test", "/packed"))).body.toString()).toBe("unpacked");
  });

  it("says who it is and sends no more than it must", async () => {
    const { body } = await fetchPage(web.open(), web.at("a.test", "/agent"));
    const { connection: _, ...sent } = JSON.parse(body.toString());
    expect(sent).toEqual({
      host: `a.test:${web.port}`,
      "user-agent": "run8n",
      accept: "*/*",
      "accept-encoding": "identity",
    });
  });

  it("resolves each host once and connects to what was judged, whatever the name says later", async () => {
    let turn = 0;
    const rebinding = { ...web.open(), resolve: async () => [turn++ === 0 ? "127.0.0.1" : "127.0.0.2"] };
    expect((await fetchPage(rebinding, web.at("a.test"))).status).toBe(200);
    expect(turn).toBe(1);
    await expect(fetchPage(rebinding, web.at("a.test"))).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each<[string, string]>([
    ["an address", "http://127.0.0.2:PORT/"],
    ["an address in hexadecimal", "http://0x7f.0.0.2:PORT/"],
    ["an address as one number", "http://2130706434:PORT/"],
    ["an address in IPv6 clothes", "http://[::ffff:127.0.0.2]:PORT/"],
    ["this machine in IPv6", "http://[::1]:PORT/"],
    ["a cloud's metadata", "http://169.254.169.254/latest/meta-data/"],
    ["a name of this machine", "http://localhost:PORT/"],
    ["a name with a dot at its end", "http://localhost.:PORT/"],
    ["a private name", "http://inside.example:PORT/"],
  ])("does not reach %s, directly or by a redirect", async (_, target) => {
    web.names.set("localhost", ["127.0.0.1", "::1"]).set("localhost.", ["::1"]).set("inside.example", ["10.1.2.3"]);
    const address = target.replace("PORT", String(web.port));
    await expect(fetchPage(web.open(), address)).rejects.toMatchObject({ code: "forbidden" });
    const redirect = web.at("a.test", `/?to=${encodeURIComponent(address)}`);
    await expect(fetchPage(web.open(), redirect)).rejects.toMatchObject({ code: "forbidden" });
    expect(web.asked).toHaveLength(1);
  });

  it.each([
    ["another protocol", "file:///etc/passwd"],
    ["ftp", "ftp://a.test/"],
    ["a password", "http://user:hunter2@a.test/"],
    ["a mail server's port", "http://a.test:25/"],
    ["no address", "hunter2"],
    ["a long address", `http://a.test/${"x".repeat(2050)}`],
  ])("refuses %s, also as a redirect", async (_, address) => {
    const error = await fetchPage(web.open(), address).catch((one) => one);
    expect(error).toMatchObject({ code: "invalid_input" });
    expect(JSON.stringify([error, error.message])).not.toContain("hunter2");
    if (address.length > 2000 || address === "hunter2") return;
    const redirect = web.at("a.test", `/?to=${encodeURIComponent(address)}`);
    await expect(fetchPage(web.open(), redirect)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it.each([
    ["more bytes than allowed", "/long", "too_large"],
    ["a packed bomb", "/bomb", "too_large"],
    ["an answer that does not end", "/drip", "timed_out"],
    ["an answer that breaks off", "/cut", "upstream_unreachable"],
    ["endless redirects", "/loop", "upstream_failed"],
  ])("gives up on %s", async (_, path, code) => {
    const call = fetchPage(web.open({ timeoutMs: 300 }), web.at("a.test", path));
    await expect(call).rejects.toMatchObject({ code });
  });

  it("says that a host is not there", async () => {
    await expect(fetchPage(web.open(), "http://nowhere.example/")).rejects.toMatchObject({
      code: "upstream_unreachable",
    });
    await expect(fetchPage(web.open(), "http://a.test:1025/")).rejects.toMatchObject({ code: "upstream_unreachable" });
  });

  it("refuses this machine on Bun too, with the resolver that jobs use", async () => {
    const script = `import { fetchPage, publicWeb } from "@f/lib/web/retrieve.ts";
      export const main = (urls) => Promise.all(urls.map((url) => fetchPage(publicWeb(), url).then((page) => page.status, (error) => error.code)));`;
    expect(await runOnBun(script, [[`http://localhost:${web.port}/`, `http://127.0.0.1:${web.port}/`]])).toEqual([
      "forbidden",
      "forbidden",
    ]);
    await expect(fetchPage(publicWeb(), `http://localhost:${web.port}/`)).rejects.toMatchObject({ code: "forbidden" });
    expect(web.asked).toEqual([]);
  });
});
