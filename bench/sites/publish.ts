import { changeRoutes } from "../../f/lib/caddy/admin.ts";
import { type Deployed, deploySite } from "../../scripts/cli/site/deploy.ts";
import { readSite } from "../../scripts/cli/site/files.ts";
import { openMemory } from "../../scripts/cli/site/memory.ts";
import type { Setup } from "./setup.ts";

/** What `run8n deploy` does once it is started. */
export async function deployFolder({ windmill, dir }: Setup, project: string, folder: string): Promise<Deployed> {
  const memory = openMemory({ HOME: dir }, windmill, project);
  return deploySite({ windmill, project }, readSite(folder, {}), { memory });
}

/** A plain file server on a rival's folder, as its recipes set one up; its host name. */
export async function serveFolder({ caddy }: Setup, folder: string, name: string): Promise<string> {
  const host = `${name}.example.localhost`;
  const handle = [{ handler: "file_server", root: folder }];
  await changeRoutes(caddy, (routes) => [{ match: [{ host: [host] }], handle, terminal: true }, ...routes]);
  return host;
}
