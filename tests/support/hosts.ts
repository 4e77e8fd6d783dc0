import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import type { SiteHostValue } from "../../f/lib/resources.ts";

type Transport = SiteHostValue["transport"];

/**
 * A site host of this test file's own for each transport, on a folder that is gone afterwards. The folder's name is one
 * that a shell would trip over. What a transport does is tested below `f/lib`: a verb's own tests may do with one.
 */
export function testHosts(only?: Transport): { transport: Transport; value: SiteHostValue }[] {
  const root = mkdtempSync(join(tmpdir(), "run8n `it's $HOME` -"));
  chmodSync(root, 0o755); // the proxy may run under another account
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const hosts: { transport: Transport; value: SiteHostValue }[] = [
    { transport: "local", value: { transport: "local", root: join(root, "local") } },
    { transport: "ssh", value: { ...inject("services").ssh, root: join(root, "ssh") } },
  ];
  return hosts.filter(({ transport }) => !only || transport === only);
}
