import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const FOLDER = join(import.meta.dirname, "assets");

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page shows what scripts returned and logged: none of it may ever become markup, code or a request elsewhere. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-cache",
};

/** Where approval links lead: a page that needs no token, since the link is signed. */
const APPROVAL_PAGE = /^\/approve\/[^/]+\/[0-9a-f-]{36}\/\d+\/[0-9a-f]{64}$/;

type Asset = { body: Buffer; headers: Record<string, string> };

let assets: Map<string, Asset> | undefined;

/**
 * The engine's page: `/`, the files under `/page/`, and the page behind approval links. Undefined for every other path
 * and for other methods than GET and HEAD, which stay the API's.
 */
export function answerPage(request: Request, { pathname }: URL): Response | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  assets ??= readAssets();
  const asset = assets.get(fileOf(pathname));
  if (!asset) return undefined;
  if (request.headers.get("if-none-match") === asset.headers.etag)
    return new Response(null, { status: 304, headers: asset.headers });
  return new Response(request.method === "HEAD" ? null : new Uint8Array(asset.body), { headers: asset.headers });
}

function fileOf(pathname: string): string {
  if (pathname === "/") return "/page/index.html";
  return APPROVAL_PAGE.test(pathname) ? "/page/approve.html" : pathname;
}

function readAssets(): Map<string, Asset> {
  const names = readdirSync(FOLDER).filter((name) => TYPES[extname(name)] !== undefined);
  // The browser asks for all modules at once instead of finding them one import after the other.
  const modules = names.filter((name) => name.endsWith(".js"));
  const link = modules.map((name) => `</page/${name}>; rel=modulepreload`).join(", ");
  return new Map(
    names.map((name) => {
      const body = readFileSync(join(FOLDER, name));
      const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 24)}"`;
      const headers = { ...HEADERS, etag, "content-type": TYPES[extname(name)] as string };
      return [`/page/${name}`, { body, headers: name === "index.html" ? { ...headers, link } : headers }];
    }),
  );
}
