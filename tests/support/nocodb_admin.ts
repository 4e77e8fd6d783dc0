import { signIn } from "../../f/lib/nocodb/client.ts";

/** The first user of the NocoDBs that tests start. */
export const ADMIN = { email: "admin@example.com", password: "Passw0rd.run8n" };

/** A token of that user's. */
export async function newToken(url: string): Promise<string> {
  const admin = await signIn({ url, token: "", ...ADMIN });
  const { token } = await admin.post<{ token: string }>("/api/v1/tokens", { description: "tests" });
  return token;
}
