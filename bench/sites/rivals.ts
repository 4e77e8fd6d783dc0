import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Setup } from "./setup.ts";

const run = promisify(execFile);

export type Rival = {
  /** Its folder on the site host that Caddy serves. */
  served: string;
  /** Publishes the site; answers how many bytes went over the connection. */
  deploy(dir: string): Promise<number>;
};

export async function rsyncVersion(): Promise<string> {
  const { stdout } = await run("rsync", ["--version"]).catch(() => {
    throw Object.assign(new Error("rsync is not installed"), { hint: "apt-get install rsync" });
  });
  return `rsync ${/version ([\d.]+)/.exec(stdout)?.[1]}`;
}

/** `rsync -az --delete` into the folder that is served. */
export function inPlace({ ssh, account, host }: Setup, name: string): Rival {
  const served = `${host.root}/${name}`;
  return { served, deploy: (dir) => copy(["-az", "--delete"], ssh, dir, `${account}:${served}/`) };
}

/** The recipe of Capistrano and its kin: a folder per release that shares what is the same, and a link to the current. */
export function symlinkRecipe({ ssh, account, host }: Setup, name: string) {
  const base = `${host.root}/${name}`;
  const [command = "", ...options] = ssh;
  let release = 0;
  const pointTo = (to: number) => `ln -sfn releases/${to} ${base}/next && mv -T ${base}/next ${base}/current`;
  return {
    served: `${base}/current`,
    async deploy(dir: string): Promise<number> {
      release++;
      const target = `${base}/releases/${release}`;
      if (release === 1) await run(command, [...options, account, `mkdir -p ${base}/releases`]);
      const links = [`--link-dest=${base}/current/`];
      const bytes = await copy(["-az", "--delete", ...links], ssh, dir, `${account}:${target}/`);
      const prune = `cd ${base}/releases && ls -1 | sort -n | head -n -5 | xargs -r rm -rf`;
      await run(command, [...options, account, `${pointTo(release)} && ${prune}`]);
      return bytes;
    },
    /** Back to a release, counted from 1. */
    rollBack: (to: number) => run(command, [...options, account, pointTo(to)]),
  };
}

async function copy(flags: string[], ssh: string[], dir: string, to: string): Promise<number> {
  const { stdout } = await run("rsync", [...flags, "--stats", "-e", ssh.join(" "), `${dir}/`, to]);
  const total = (what: string) =>
    Number(new RegExp(`Total bytes ${what}: ([\\d,]+)`).exec(stdout)?.[1]?.replace(/,/g, ""));
  return total("sent") + total("received");
}
