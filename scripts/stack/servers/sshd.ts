import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, findBinary } from "../binaries.ts";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

export type Sshd = { server: Server; user: string; privateKey: string; hostKey: string };

/** A real sshd on loopback that lets the current account in with one generated key. */
export function sshdServer({ dir, port }: { dir: string; port: number }): Sshd {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const key = (name: string) => {
    const path = join(dir, name);
    if (!existsSync(path))
      execFileSync(binary("ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-C", "run8n", "-f", path]);
    return path;
  };
  const hostKeyFile = key("host_key");
  const clientKeyFile = key("client_key");
  const authorized = join(dir, "authorized_keys");
  writeFileSync(authorized, readFileSync(`${clientKeyFile}.pub`), { mode: 0o600 });
  const sftp =
    ["/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server"].find(existsSync) ?? findBinary("sftp-server");
  const config = join(dir, "sshd_config");
  writeFileSync(
    config,
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${hostKeyFile}`,
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(dir, "sshd.pid")}`,
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      "StrictModes no", // test folders lie under /tmp, which others may write to
      "UsePAM no",
      "SetEnv SHLVL=1", // bash reads ~/.bashrc for each command of a first-level SSH shell, which can take a while
      `Subsystem sftp ${sftp}`,
      "",
    ].join("\n"),
  );
  const fingerprint = execFileSync(binary("ssh-keygen"), ["-lf", `${hostKeyFile}.pub`], { encoding: "utf8" });
  return {
    user: execFileSync("id", ["-un"], { encoding: "utf8" }).trim(),
    privateKey: readFileSync(clientKeyFile, "utf8"),
    hostKey: fingerprint.split(" ")[1] ?? "",
    server: {
      name: "sshd",
      argv: [binary("sshd"), "-D", "-e", "-f", config],
      ready: () => answers(port, "", /^SSH-2/),
    },
  };
}
