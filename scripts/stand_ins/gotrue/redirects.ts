import type { Settings } from "./settings.ts";

/**
 * Where a person is sent after a link: the address that was asked for when the settings allow it, otherwise the site.
 * The site's own address allows every path below its origin.
 */
export function allowedRedirect({ siteUrl, allowList }: Settings, asked: string | null): string {
  if (!asked || /[\s\p{Cc}]/u.test(asked) || !URL.canParse(asked)) return siteUrl;
  const isSite = new URL(asked).origin === new URL(siteUrl).origin;
  return isSite || allowList.some((pattern) => matches(pattern, asked)) ? asked : siteUrl;
}

function matches(pattern: string, address: string): boolean {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^./]*";
    if (part === "?") return "[^./]";
    return part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(address);
}
