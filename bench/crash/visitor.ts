import { visit } from "../../tests/support/edge.ts";

/** What a visitor sees of a site: a page with all that it names, or what the answer was instead. */
export type View = { status: number; version: string | undefined; whole: boolean };

/** Loads the page and every asset of the site's own that it names. A page of a version needs assets of the same one. */
export async function look(caddy: { port: number }, host: string): Promise<View> {
  const { status, body } = await visit(caddy, host);
  const version = /<title>(version \d+)</.exec(body)?.[1];
  if (status !== 200) return { status, version, whole: false };
  const paths = [...body.matchAll(/(?:src|href)="(\/[^"/#?][^"#?]*\.(?:js|css|svg))"/g)].map(([, path = ""]) => path);
  const assets = await Promise.all(paths.map((path) => visit(caddy, host, path)));
  const fits = ({ status, body }: { status: number; body: string }) =>
    status === 200 && (version === undefined || body.includes(version));
  return { status, version, whole: assets.every(fits) };
}

/** A site of a version, whose page names assets of its own. */
export const siteOf = (version: number): Record<string, string> => ({
  "index.html": `<!doctype html><title>version ${version}</title>\n${names(version)
    .map((name) => `<script src="/${name}"></script>`)
    .join("\n")}\n`,
  ...Object.fromEntries(names(version).map((name) => [name, `// version ${version}\n`])),
});

const names = (version: number): string[] => ["app", "part", "style"].map((name) => `assets/${name}.v${version}.js`);
