import { Refusal } from "./refusal.ts";

/** Every answer of Qdrant comes in this envelope. */
export const ok = (result: unknown): Response => Response.json({ result, status: "ok", time: 0 });

export const refuse = (status: number, message: string): Response =>
  Response.json({ status: { error: message }, time: 0 }, { status });

/** The body as JSON; one that is none is refused in Qdrant's words. */
export async function bodyOf(request: Request): Promise<unknown> {
  const raw = await request.text();
  try {
    return JSON.parse(raw === "" ? "{}" : raw);
  } catch {
    throw new Refusal(400, "Format error in JSON body: the body is not valid JSON");
  }
}
