import { UpstreamError } from "../errors.ts";
import type { Workspace } from "../windmill/workspace.ts";
import type { TokenRules } from "./verify.ts";

/** Where every script finds the GoTrue that projects share. */
export const GOTRUE = "f/infra/gotrue";

/**
 * What tokens are judged by, from the resource. Of its secrets only the one that verifying needs is read: a public
 * route never holds the service key.
 */
export async function tokenRules(workspace: Pick<Workspace, "getResource" | "getSecret">): Promise<TokenRules> {
  const value = ((await workspace.getResource(GOTRUE)) ?? {}) as Partial<Record<keyof TokenRules, unknown>>;
  const { url, issuer, audience, jwtSecret } = value;
  if (typeof url !== "string" || !URL.canParse(url) || typeof issuer !== "string" || issuer === "") {
    throw new UpstreamError(`The resource ${GOTRUE} is missing, or has no url and issuer`, {
      hint: "Create it with `run8n push --environment <name>`, see resources/README.md.",
    });
  }
  const secret = typeof jwtSecret === "string" ? await secretOf(workspace, jwtSecret) : undefined;
  return {
    url,
    issuer,
    ...(typeof audience === "string" && audience ? { audience } : {}),
    ...(secret ? { jwtSecret: secret } : {}),
  };
}

async function secretOf(workspace: Pick<Workspace, "getSecret">, text: string): Promise<string | undefined> {
  const reference = /^\$var:(.+)$/.exec(text)?.[1];
  return reference ? workspace.getSecret(reference) : text;
}
