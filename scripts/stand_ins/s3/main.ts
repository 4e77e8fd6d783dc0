import { runStandIn } from "../run.ts";
import { errorAnswer, S3Error } from "./answers.ts";
import { preflight, withCors } from "./cors.ts";
import { serve } from "./serve.ts";
import { Store } from "./store.ts";

/**
 * A small S3, path style: buckets with versions, objects, multipart uploads, listings, CORS and lifecycle settings, as
 * the AWS SDK uses them. Signatures are verified, in headers and in URLs. Checksum headers are refused as Backblaze B2
 * refuses them, unless RUN8N_S3_CHECKSUMS is `verify`, which is how AWS takes them. Lifecycle rules are kept, not run.
 */
await runStandIn("s3", ({ dataDir }) => {
  const { RUN8N_S3_ACCESS_KEY = "", RUN8N_S3_SECRET_KEY = "", RUN8N_S3_CHECKSUMS } = process.env;
  const keys = { accessKey: RUN8N_S3_ACCESS_KEY, secretKey: RUN8N_S3_SECRET_KEY, region: "us-east-1" };
  const settings = { keys, verifiesChecksums: RUN8N_S3_CHECKSUMS === "verify", store: new Store(dataDir) };
  const answer = async (request: Request): Promise<Response> => {
    try {
      return withCors(settings.store, request, await serve(request, settings));
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      return withCors(settings.store, request, errorAnswer(error.status, error.code, error.message));
    }
  };
  return {
    routes: {
      "/health": { GET: () => new Response("up") },
      "/*": {
        GET: answer,
        HEAD: answer,
        PUT: answer,
        POST: answer,
        DELETE: answer,
        OPTIONS: (request) => preflight(settings.store, request),
      },
    },
    refuse: (status, message) => errorAnswer(status, status === 501 ? "NotImplemented" : "InternalError", message),
    close: () => settings.store.sql.close(),
  };
});
