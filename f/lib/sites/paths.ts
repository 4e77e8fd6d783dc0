import { InvalidInputError } from "../errors.ts";
import { isSegment } from "../host/paths.ts";
import { SITE_LIMITS } from "./limits.ts";

/** What a refusal says of where a name stands: the argument, what it is, and what to do about it. */
export type About = { argument: string; what: string; advice: string };

/** The one hidden folder that the web itself asks for: certificates, security.txt, app links. */
const WELL_KNOWN = ".well-known";

/**
 * Collects the paths of a site, in order, and refuses one that cannot be a file of a site on every file system:
 * what leaves the site's folder, is hidden, is too long or too deep, or is the same as an earlier one but for case or
 * Unicode spelling. The names are those of the caller's own files, so a refusal says which one it is about.
 */
export class SitePaths {
  readonly #about: About;
  /** Each file and folder seen, by the spelling that all equal ones share. */
  readonly #seen = new Map<string, { path: string; file: boolean }>();

  constructor(about: About) {
    this.#about = about;
  }

  /** The path below the site's root, or undefined for the root itself. */
  add(name: string, kind: "file" | "folder"): string | undefined {
    const path = this.#plain(kind === "folder" ? name.replace(/\/$/, "") : name);
    if (path === undefined && kind === "folder") return undefined;
    if (path === undefined) throw this.#refused(name, "is no file name");
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
    if (earlier.path !== path) throw this.#refused(path, "differs from another name only in case or Unicode spelling");
    if (earlier.file !== file) throw this.#refused(path, "is both a file and a folder");
    if (file) throw this.#refused(path, "is there twice");
  }

  /** Takes a leading `./` off, as `tar -C site .` writes it, and judges what is left; undefined for the root. */
  #plain(name: string): string | undefined {
    const path = name === "." ? "" : name.replace(/^\.\//, "");
    if (path === "") return undefined;
    const segments = path.split("/");
    if (!segments.every(isSegment)) throw this.#refused(name, "is absolute, leaves the site, or holds odd characters");
    const hidden = segments.some(
      (segment, depth) => segment.startsWith(".") && !(depth === 0 && segment === WELL_KNOWN),
    );
    if (hidden) throw this.#refused(name, `is hidden; only the top folder ${WELL_KNOWN} may be`);
    if (segments.length > SITE_LIMITS.depth)
      throw this.#refused(name, `is more than ${SITE_LIMITS.depth} folders deep`);
    if (Buffer.byteLength(path) > SITE_LIMITS.pathBytes)
      throw this.#refused(name, `is longer than ${SITE_LIMITS.pathBytes} bytes`);
    return path;
  }

  #refused(name: string, problem: string): InvalidInputError {
    const { argument, what, advice } = this.#about;
    return new InvalidInputError(`An entry of the ${what} ${problem}`, {
      hint: `${advice}: ${shown(name)}`,
      details: { argument, entry: shown(name) },
    });
  }
}

/** A name for a message: short, and with nothing in it that a terminal or a page would act on. */
export const shown = (name: string): string => name.replace(/[^\p{L}\p{N}\p{M} ._/~@+-]/gu, "?").slice(0, 120);
