/**
 * An answer other than success, worded like Windmill's: `text/plain`, `Prefix: message`. The CLI and the client show
 * the text as it is, so the prefix belongs to the interface.
 */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }

  toResponse(): Response {
    return new Response(this.message, {
      status: this.status,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  }
}

export const notFound = (message: string): ApiError => new ApiError(404, `Not found: ${message}`);
export const badRequest = (message: string): ApiError => new ApiError(400, `Bad request: ${message}`);
export const notAuthorized = (message: string): ApiError => new ApiError(401, `Not authorized: ${message}`);
export const permissionDenied = (message: string): ApiError => new ApiError(403, `Permission denied: ${message}`);
export const internal = (message: string): ApiError => new ApiError(500, `Internal: ${message}`);

/** For what Windmill has and this engine has not: says so by name, so that nobody mistakes it for an empty answer. */
export const notServed = (what: string): ApiError => notFound(`the local engine does not serve ${what}`);
