import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import type { SiteHostValue } from "../../f/lib/resources.ts";

/**
 * A site host of this test file's own for each transport, on a folder that is gone afterwards. The folder's name is one
 * that a shell would trip over.
 */
export function testHosts(): { transport: "local" | "ssh"; value: SiteHostValue }[] {
  const root = mkdtempSync(join(tmpdir(), "run8n `it's $HOME` -"));
  chmodSync(root, 0o755); // the proxy may run under another account
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return [
    { transport: "local", value: { transport: "local", root: join(root, "local") } },
    { transport: "ssh", value: { ...inject("services").ssh, root: join(root, "ssh") } },
  ];
}
