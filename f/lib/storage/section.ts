import * as z from "zod";
import { DEFAULTS, MAX_BYTES, TYPE } from "./project.ts";

/** What `storage` in run8n.json says: that users of the app may keep files, and how large and of which types. */
export const STORAGE = z.strictObject({
  maxBytes: z
    .int()
    .min(1)
    .max(MAX_BYTES)
    .optional()
    .meta({ default: DEFAULTS.maxBytes })
    .describe("How large one file may be, in bytes."),
  types: z
    .array(z.string().regex(TYPE, 'must be a media type such as "image/png", or "image/*"'))
    .min(1)
    .max(100)
    .optional()
    .meta({ default: DEFAULTS.types })
    .describe("Media types that users may upload."),
});
