import { createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { postgresServer } from "../../../../scripts/stack/servers/postgres.ts";

const REFUSAL = "E\0\0\0\x2fSFATAL\0C57P03\0Mthe database system is starting up\0\0";
const PASSWORD_ASKED = "R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";

let stop = () => {};
afterEach(() => stop());

it("is ready once Postgres asks for a password, not while it still recovers", async () => {
  const answers = [REFUSAL, REFUSAL, PASSWORD_ASKED];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (hello) => {
      // An SSLRequest is answered at once, also by a server that is still starting.
      socket.end(hello.readInt32BE(4) === 80877103 ? "N" : (answers.shift() ?? ""));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => server.close();
  const { port } = server.address() as { port: number };
  const { ready } = postgresServer({ dir: "/nowhere", port, password: "" });
  expect([await ready(), await ready(), await ready()]).toEqual([false, false, true]);
});
