import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { provideUser } from "../../../../f/lib/redis/ensure_user.ts";
import { binary } from "../../../../scripts/stack/binaries.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { uniqueProject } from "../../../support/database.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

let port: number;
let server: ReturnType<typeof spawn>;
beforeAll(async () => {
  port = await freePort();
  server = spawn(binary("redis-server"), ["--port", String(port), "--bind", "127.0.0.1", "--save", ""]);
  await vi.waitFor(() => sendCommands({ host: "127.0.0.1", port }, [["PING"]]), { timeout: 20_000 });
});
afterAll(async () => {
  const ended = once(server, "exit");
  server.kill();
  await ended;
});

it("a Redis without an ACL file gets no user, and the error says how to give it one", async () => {
  const redis = { host: "127.0.0.1", port };
  const project = uniqueProject();
  const refused = provideUser({ redis, workspace: memoryWorkspace() }, project);
  await expect(refused).rejects.toMatchObject({ code: "precondition_failed", status: 412, hint: /--aclfile/ });
  expect(await sendCommands(redis, [["ACL", "USERS"]])).toEqual([["default"]]);
});
