import { lockWriter } from "../../metadata/locks.ts";

/** `bun lock_child.ts <folder with package.json> <package>...`: prints the lock; in a process of its own because bun takes a while. */
function main([root = "", ...packages]: string[]): void {
  const lock = lockWriter(root, process.execPath)("the script", packages);
  if (typeof lock === "string") process.stdout.write(lock);
  else {
    process.stderr.write(lock.message);
    process.exit(1);
  }
}

main(process.argv.slice(2));
