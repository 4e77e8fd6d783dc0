const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as HTML shows it, whatever is in it. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** `1900 usd` as `$19.00`. */
export const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat("en", { style: "currency", currency }).format(amount / 100);

export const date = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleDateString("en", {
    year: "numeric",
    month: "long",
    day: "numeric",
    timeZone: "UTC",
  });

const STYLE = `
  :root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1a1f36; background: #f6f8fa }
  body { margin: 0; padding: 2rem 1rem; display: grid; justify-items: center }
  main { width: min(26rem, 100%); background: #fff; border-radius: 12px; padding: 1.75rem; box-shadow: 0 2px 12px #0001; box-sizing: border-box }
  h1 { font-size: 1.15rem; margin: 0 0 .25rem } .price { font-size: 2rem; font-weight: 650; margin: 0 }
  .note { color: #5b6478; margin: .25rem 0 1.25rem } .badge { display: inline-block; background: #ffde92; color: #6b4a00; border-radius: 4px; padding: 0 .4rem; font-size: .75rem; font-weight: 650; margin-bottom: 1rem }
  label { display: block; font-size: .85rem; margin: .75rem 0 .25rem } input { width: 100%; box-sizing: border-box; font: inherit; padding: .55rem .7rem; border: 1px solid #c9d0db; border-radius: 6px }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem }
  button { font: inherit; font-weight: 600; padding: .6rem 1rem; border: 0; border-radius: 6px; background: #4338ca; color: #fff; cursor: pointer; width: 100%; margin-top: 1rem }
  button.quiet { background: #eef0f6; color: #1a1f36 } :focus-visible { outline: 3px solid #a5b4fc; outline-offset: 1px }
  [role=alert] { background: #fde8e8; color: #8f1d1d; border-radius: 6px; padding: .6rem .8rem; margin: 0 0 1rem } a { color: #4338ca }
  section { border-top: 1px solid #e4e8ee; margin-top: 1.25rem; padding-top: 1rem } dl { margin: 0 } dd { margin: 0 0 .35rem } h2 { font-size: 1rem; margin: 0 0 .5rem }`;

/** A hosted page. It says that it is a stand-in, so that nobody types a real card. */
export const page = (title: string, body: string, status = 200): Response =>
  new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><span class="badge">STRIPE STAND-IN · TEST CARDS ONLY</span>${body}</main></body></html>`,
    {
      status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      },
    },
  );

export const alertOf = (message: string | undefined): string =>
  message ? `<p role="alert">${escaped(message)}</p>` : "";
