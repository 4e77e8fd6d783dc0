import { PASSWORD, startGotrue } from "./gotrue.ts";
import { startMails } from "./mails.ts";
import type { TokenUser } from "./tokens.ts";

/** A GoTrue stand-in with its mails as the issuer of `accountsRoute`: users come to exist when they need a token. */
export async function gotrueIssuer(settings: Record<string, string> = {}) {
  const mails = await startMails();
  const env = {
    GOTRUE_SITE_URL: "https://nowhere.example.com",
    GOTRUE_URI_ALLOW_LIST: "https://*.example.com/**",
    ...settings,
  };
  const gotrue = await startGotrue({ smtpPort: mails.smtpPort, env });
  return {
    gotrue,
    mails,
    resource: () => gotrue.resource,
    async token({ id, email }: TokenUser): Promise<string> {
      await gotrue.admin.createUser({ id, email, password: PASSWORD, email_confirm: true });
      const { data, error } = await gotrue.visitor().signInWithPassword({ email, password: PASSWORD });
      if (!data.session) throw error;
      return data.session.access_token;
    },
    async stop() {
      await gotrue.remove();
      await mails.remove();
    },
  };
}
