import type { CaddyHandler, CaddyMatch, CaddyRoute } from "./route.ts";

/** Matches the failure that is being answered; only of use among a subroute's `errors`. */
export const whenStatus = (...codes: number[]): CaddyMatch => ({
  vars: { "{http.error.status_code}": codes.map(String) },
});

/** A plain page for a person, styled without a single brace: Caddy reads braces in a body as placeholders. */
function page(title: string, text: string): string {
  const body = [
    "margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center",
    "font:18px/1.5 system-ui,sans-serif;text-align:center;padding:0 1rem;box-sizing:border-box",
  ].join(";");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${title}</title></head>
<body style="${body}"><h1 style="margin:0;font-size:1.6em">${title}</h1><p>${text}</p></body></html>
`;
}

const answer = (
  match: CaddyMatch[] | undefined,
  statusCode: number | string,
  type: string,
  body: string,
): CaddyRoute => ({
  ...(match ? { match } : {}),
  handle: [
    {
      handler: "static_response",
      status_code: statusCode,
      headers: { "Content-Type": [type], "Cache-Control": ["no-store"] },
      body,
    },
  ],
});

/** What a visitor sees when there is no page, or nobody behind the address. */
export const pageErrors = (): CaddyRoute[] => [
  answer(
    [whenStatus(404)],
    404,
    "text/html; charset=utf-8",
    page("Page not found", "There is nothing at this address."),
  ),
  answer(
    undefined,
    "{http.error.status_code}",
    "text/html; charset=utf-8",
    page("This did not work", "The server could not answer. Try again in a moment."),
  ),
];

/** The same for programs, in the shape of every other error of an app's API. */
export const apiErrors = (): CaddyRoute[] => [
  answer(
    [whenStatus(404)],
    404,
    "application/json",
    problem("not_found", "There is no such endpoint", "Check the path."),
  ),
  answer(
    [whenStatus(413)],
    413,
    "application/json",
    problem("too_large", "The request is larger than this server takes", "Send less at once."),
  ),
  answer(
    undefined,
    "{http.error.status_code}",
    "application/json",
    problem("upstream_unreachable", "The server behind this address did not answer", "Try again in a moment."),
  ),
];

const problem = (code: string, message: string, hint: string): string =>
  JSON.stringify({ error: { code, message, hint } });

/** What every address of a deleted project answers: a page for people, the usual error for its API. */
export function goneHandlers(): CaddyHandler[] {
  const text = "This site was taken down.";
  const routes = [
    answer([{ path: ["/api", "/api/*"] }], 410, "application/json", problem("gone", text, "Ask its owner about it.")),
    answer(undefined, 410, "text/html; charset=utf-8", page("Gone", text)),
  ];
  return [{ handler: "subroute", routes: routes.map((route) => ({ ...route, terminal: true })) }];
}
