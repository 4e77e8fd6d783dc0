const MIB = 1024 * 1024;

/** What one site may be. Larger things belong into the object store. */
export const SITE_LIMITS = {
  /** The packed archive. */
  archiveBytes: 32 * MIB,
  files: 5_000,
  /** One file. */
  fileBytes: 16 * MIB,
  /** All files together. */
  totalBytes: 64 * MIB,
  /** A path below the site's root, in UTF-8. */
  pathBytes: 500,
  /** Folders within folders. */
  depth: 16,
};

/** How many releases of a site stay on the machine; the current and the previous one always do. */
export const RELEASES_KEPT = 10;

/** What the settings of one site may be: they become part of the proxy's configuration. */
export const SETTINGS_LIMITS = {
  redirects: 200,
  headerRules: 50,
  headersPerRule: 20,
  immutable: 50,
  /** A path or a URL. */
  textLength: 500,
};

/** How long the assets of a release that is not current any more stay reachable, and how many such files at most. */
export const RECENT_ASSETS_HOURS = 24;
export const RECENT_ASSETS_KEPT = 20_000;
