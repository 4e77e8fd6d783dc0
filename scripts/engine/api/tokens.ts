import { badRequest, notFound, permissionDenied } from "../errors.ts";
import { del, get, post, type Route } from "../router.ts";
import { isPartOf, parse } from "../scopes.ts";
import { json, readDoc, text } from "./answers.ts";

/** Tokens that users make; the token itself is shown once, when it is made. */
export const tokenRoutes: Route[] = [
  post("/api/users/tokens/create", async (call) => {
    const { label, scopes, expiration, read_only: readOnly } = await readDoc(call);
    if (readOnly === true) throw badRequest("the local engine does not serve tokens that are read-only");
    if (scopes !== undefined && scopes !== null && !isTexts(scopes)) throw badRequest("scopes must be a list of texts");
    const wanted = scopes ?? undefined;
    for (const scope of wanted ?? []) parse(scope);
    if (!isPartOf(wanted, call.caller.scopes))
      throw permissionDenied("a token cannot grant more than it may do itself");
    const expiresAt = typeof expiration === "string" ? new Date(expiration) : undefined;
    if (expiresAt && Number.isNaN(expiresAt.getTime())) throw badRequest("expiration must be a date");
    const token = call.engine.tokens.create(call.caller, {
      ...(typeof label === "string" ? { label } : {}),
      ...(wanted ? { scopes: wanted } : {}),
      ...(expiresAt ? { expiresAt } : {}),
    });
    return text(token, 201);
  }),
  get("/api/users/tokens/list", ({ engine }) =>
    json(
      engine.tokens.list().map(({ prefix, label, email, scopes, createdAt, expiresAt }) => ({
        token_prefix: prefix,
        label,
        email,
        scopes,
        created_at: createdAt.toISOString(),
        last_used_at: createdAt.toISOString(),
        expiration: expiresAt?.toISOString() ?? null,
      })),
    ),
  ),
  del("/api/users/tokens/delete/:prefix", ({ engine, params }) => {
    if (!engine.tokens.remove(params.prefix as string)) throw notFound(`Token not found with prefix ${params.prefix}`);
    return json([params.prefix]);
  }),
];

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
