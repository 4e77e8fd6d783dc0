import { signIn } from "../../../f/lib/nocodb/client.ts";
import { NOCODB_EMAIL } from "../../stack/servers/nocodb.ts";

type Token = { description: string; token: string };
const OURS = "run8n";

/** The API token that the local workspace speaks to NocoDB with; made once and found again afterwards. */
export async function nocodbToken(port: number, password: string): Promise<string> {
  const admin = await signIn({ url: `http://127.0.0.1:${port}`, token: "", email: NOCODB_EMAIL, password });
  const { list } = await admin.get<{ list: Token[] }>("/api/v1/tokens");
  const found = list.find(({ description }) => description === OURS);
  return (found ?? (await admin.post<Token>("/api/v1/tokens", { description: OURS }))).token;
}
