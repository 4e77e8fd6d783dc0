import { InvalidInputError } from "../errors.ts";
import type { Route } from "../gate/admit.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import { holder, type Scope, scopeIn } from "./scope.ts";
import type { NewFile } from "./uploads.ts";

/** What `POST apps/:project/storage/:scope/uploads` lets in: a file's name, type and size, from whom it will belong to. */
export const UPLOAD_ROUTE: Route<Scope & NewFile, VerifiedUser> = {
  path: "apps/:project/storage/:scope/uploads",
  maxBytes: 2048,
  accepts: ["json"],
  input: (body, parameters) => ({ ...scopeIn(parameters), ...fileFields(body) }),
  who: holder,
};

/** What `GET apps/:project/storage/:scope/files/:id` lets in. */
export const DOWNLOAD_ROUTE: Route<Scope & { id: string }, VerifiedUser> = {
  path: "apps/:project/storage/:scope/files/:id",
  maxBytes: 0,
  accepts: [],
  input: (_, parameters) => ({ ...scopeIn(parameters), id: parameters.id ?? "" }),
  who: holder,
};

/** The same path, with DELETE. */
export const DELETE_ROUTE: typeof DOWNLOAD_ROUTE = DOWNLOAD_ROUTE;

function fileFields({ name, type, sizeBytes, ...others }: Record<string, unknown>): NewFile {
  const isText = (value: unknown) => value === undefined || typeof value === "string";
  if (Object.keys(others).length === 0 && isText(name) && isText(type)) {
    return { name: name as string, type: type as string, sizeBytes };
  }
  throw new InvalidInputError("Body must have name and type as texts, sizeBytes as a number, and nothing else", {
    hint: 'Send { "name": "photo.png", "type": "image/png", "sizeBytes": 12345 }.',
  });
}
