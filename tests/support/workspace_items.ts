import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestEngine } from "./engine.ts";

/** Pushes folders of the repository with the real CLI, from a copy: the CLI may write beside what it pushes. */
export async function deploy(
  engine: TestEngine,
  folders: string[],
  isWanted: (file: string) => boolean = () => true,
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "run8n-deploy-"));
  try {
    for (const folder of folders) cpSync(folder, join(cwd, folder), { recursive: true, filter: isWanted });
    for (const area of new Set(folders.map((folder) => folder.split("/").slice(0, 2).join("/")))) {
      cpSync(join(area, "folder.meta.yaml"), join(cwd, area, "folder.meta.yaml"));
    }
    writeFileSync(join(cwd, "wmill.yaml"), readFileSync("wmill.yaml"));
    const pushed = await engine.wmill(["sync", "push", "--yes"], { cwd });
    if (pushed.code !== 0) throw new Error(`push failed:\n${pushed.stdout}\n${pushed.stderr}`);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Keeps resources and secret variables in the engine's workspace, with the folders that they lie in. */
export async function keep(
  engine: TestEngine,
  resources: Record<string, object>,
  secrets: Record<string, string> = {},
): Promise<void> {
  const create = async (what: string, body: object) => {
    const answer = await engine.api(`/w/{w}/${what}/create`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  };
  const folders = [...Object.keys(resources), ...Object.keys(secrets)].map((path) => path.split("/")[1]);
  for (const name of new Set(folders)) {
    const found = await engine.api(`/w/{w}/folders/get/${name}`);
    if (found.status === 404) await create("folders", { name });
  }
  for (const [path, value] of Object.entries(resources))
    await create("resources", { path, value, description: "", resource_type: "object" });
  for (const [path, value] of Object.entries(secrets))
    await create("variables", { path, value, description: "", is_secret: true });
}
