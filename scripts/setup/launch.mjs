import { spawn } from "node:child_process";

/**
 * Becomes the other program as far as a caller can tell: its terminal, its signals, its end.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<never>}
 */
export function launch(command, args, options) {
  const child = spawn(command, args, { stdio: "inherit", ...options });
  // A terminal sends Ctrl-C to both of us; we stay until the child has cleaned up. The others are sent to us alone.
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, forward);
  return new Promise(() => {
    child.on("error", (error) => {
      console.error(`run8n: could not start ${command}: ${error.message}`);
      process.exit(1);
    });
    child.on("exit", (code, signal) => {
      if (!signal) process.exit(code ?? 1);
      for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.off(name, forward);
      process.kill(process.pid, signal);
    });
  });
}
