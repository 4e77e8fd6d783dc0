import { runStandIn, type StandIn } from "../run.ts";
import type { Gotrue } from "./gotrue.ts";
import { openKeys } from "./keys.ts";
import { Refusal, toResponse } from "./refusal.ts";
import * as admin from "./routes/admin.ts";
import { followLink, token, verify } from "./routes/sign_in.ts";
import { recover, resend, sendOtp, signUp } from "./routes/sign_up.ts";
import { readUser, signOut, updateUser } from "./routes/user.ts";
import { readSettings } from "./settings.ts";
import { openStore } from "./store.ts";

type Route = (gotrue: Gotrue, request: Request, id: string) => Response | Promise<Response>;

const ROUTES: Record<string, Record<string, Route>> = {
  "/health": { GET: () => Response.json({ version: "stand-in", name: "GoTrue", description: "GoTrue stand-in" }) },
  "/settings": { GET: publicSettings },
  "/.well-known/jwks.json": { GET: ({ keys }) => Response.json(keys.published) },
  "/signup": { POST: signUp },
  "/otp": { POST: sendOtp },
  "/magiclink": { POST: sendOtp },
  "/recover": { POST: recover },
  "/resend": { POST: resend },
  "/token": { POST: token },
  "/verify": { GET: followLink, POST: verify },
  "/user": { GET: readUser, PUT: updateUser },
  "/logout": { POST: signOut },
  "/invite": { POST: admin.invite },
  "/admin/generate_link": { POST: admin.generateLink },
  "/admin/users": { GET: admin.listUsers, POST: admin.createByAdmin },
  "/admin/users/:id": { GET: admin.readByAdmin, PUT: admin.updateByAdmin, DELETE: admin.deleteByAdmin },
};

/**
 * A small GoTrue: users with passwords, codes and links by mail, sessions with rotating refresh tokens, the admin API
 * and an ES256 key set, as the official client uses them. No providers, phones, second factors, PKCE or changes of
 * address. Set up by GoTrue's own variables, see `settings.ts`.
 */
await runStandIn("gotrue", async ({ dataDir, url }): Promise<StandIn> => {
  const settings = readSettings(process.env, url);
  const gotrue = { store: openStore(dataDir), keys: await openKeys(dataDir, settings.jwtSecret), settings };
  const answer = (route: Route) => async (request: Bun.BunRequest) => {
    const id = (request.params as { id?: string }).id ?? "";
    return withCors(await answered(() => route(gotrue, request, id), request));
  };
  const preflight = () => withCors(new Response(null, { status: 204 }));
  const routes = Object.entries(ROUTES).map(([path, methods]) => [
    path,
    {
      OPTIONS: preflight,
      ...Object.fromEntries(Object.entries(methods).map(([name, route]) => [name, answer(route)])),
    },
  ]);
  return {
    routes: Object.fromEntries(routes),
    refuse: (status, message) => withCors(toResponse(new Refusal(status, "not_supported", message))),
    close: () => gotrue.store.close(),
  };
});

async function answered(work: () => Response | Promise<Response>, request: Request): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return toResponse(error, request);
    console.error(error);
    return toResponse(new Refusal(500, "unexpected_failure", "Unexpected failure"), request);
  }
}

/** Browsers on every origin may ask, as with the real one: what counts is the token. */
function withCors(answer: Response): Response {
  answer.headers.set("access-control-allow-origin", "*");
  answer.headers.set("access-control-allow-methods", "GET, POST, PUT, DELETE, OPTIONS");
  const headers = "accept, authorization, content-type, x-client-info, x-supabase-api-version, apikey";
  answer.headers.set("access-control-allow-headers", headers);
  answer.headers.set("access-control-expose-headers", "x-total-count, link, x-supabase-api-version");
  return answer;
}

function publicSettings({ settings }: Gotrue): Response {
  return Response.json({
    external: { email: true, phone: false, anonymous_users: false },
    disable_signup: settings.disableSignup,
    mailer_autoconfirm: settings.autoconfirm,
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
  });
}
