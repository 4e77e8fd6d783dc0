import { InvalidInputError } from "../errors.ts";
import { isSegment } from "../host/paths.ts";
import { SITE_LIMITS } from "./limits.ts";

/** The one hidden folder that the web itself asks for: certificates, security.txt, app links. */
const WELL_KNOWN = ".well-known";

/**
 * Collects the paths of an archive, in order, and refuses one that cannot be a file of a site on every file system:
 * what leaves the site's folder, is hidden, is too long or too deep, or is the same as an earlier one but for case or
 * Unicode spelling. An archive's names are those of the caller's own files, so a refusal says which one it is about.
 */
export class SitePaths {
  /** Each file and folder seen, by the spelling that all equal ones share. */
  readonly #seen = new Map<string, { path: string; file: boolean }>();

  /** The path below the site's root, or undefined for the root itself. */
  add(name: string, kind: "file" | "folder"): string | undefined {
    const path = kind === "folder" ? plainPath(name.replace(/\/$/, "")) : plainPath(name);
    if (path === undefined && kind === "folder") return undefined;
    if (path === undefined) throw refused(name, "is no file name");
    const segments = path.split("/");
    for (let length = 1; length <= segments.length; length++) {
      const isFile = kind === "file" && length === segments.length;
      this.#claim(segments.slice(0, length).join("/"), isFile);
    }
    return path;
  }

  #claim(path: string, file: boolean): void {
    const key = path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
    const earlier = this.#seen.get(key);
    if (!earlier) return void this.#seen.set(key, { path, file });
    if (earlier.path !== path) throw refused(path, "differs from another name only in case or Unicode spelling");
    if (earlier.file !== file) throw refused(path, "is both a file and a folder");
    if (file) throw refused(path, "is in the archive twice");
  }
}

/** Takes a leading `./` off, as `tar -C site .` writes it, and judges what is left; undefined for the root. */
function plainPath(name: string): string | undefined {
  const path = name === "." ? "" : name.replace(/^\.\//, "");
  if (path === "") return undefined;
  const segments = path.split("/");
  if (!segments.every(isSegment)) throw refused(name, "is absolute, leaves the site, or holds odd characters");
  const hidden = segments.some((segment, depth) => segment.startsWith(".") && !(depth === 0 && segment === WELL_KNOWN));
  if (hidden) throw refused(name, `is hidden; only the top folder ${WELL_KNOWN} may be`);
  if (segments.length > SITE_LIMITS.depth) throw refused(name, `is more than ${SITE_LIMITS.depth} folders deep`);
  if (Buffer.byteLength(path) > SITE_LIMITS.pathBytes)
    throw refused(name, `is longer than ${SITE_LIMITS.pathBytes} bytes`);
  return path;
}

/** A name for a message: short, and with nothing in it that a terminal or a page would act on. */
export const shown = (name: string): string => name.replace(/[^\p{L}\p{N}\p{M} ._/~@+-]/gu, "?").slice(0, 120);

function refused(name: string, problem: string): InvalidInputError {
  return new InvalidInputError(`An entry of the archive ${problem}`, {
    hint: `Leave ${shown(name)} out, for example: tar -czf site.tgz --exclude='.[!.]*' -C <folder> .`,
    details: { argument: "raw_string", entry: shown(name) },
  });
}
