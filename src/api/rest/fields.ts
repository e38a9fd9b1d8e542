/** Fields that shapes of the REST API share. Requests are strict; responses name every field. */
import { z } from "zod";

export const uuid = z.uuid();
export const time = z.iso.datetime({ offset: true }).describe("RFC 3339");
export const digestField = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, "write sha256: and 64 hexadecimal digits");
export const count = z.int().min(0);
export const textOrNull = z.string().nullable();

/** Name of an organisation, in addresses too. */
export const organisationName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "lower case letters, digits and -, at most 63, starting with a letter or digit",
  );

export const accountName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@-]{0,99}$/, "lower case letters, digits and . _ @ -, at most 100");

export const password = z.string().min(12, "at least 12 characters").max(200, "at most 200 characters");

/** `limit` and `cursor` of every list; a cursor is opaque and belongs to one list and one sort order. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
};

/** A page of a list: `next` is the cursor of the following page, null on the last one. */
export function pageOf<T extends z.ZodType>(
  entry: T,
): z.ZodObject<{ entries: z.ZodArray<T>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ entries: z.array(entry), next: z.string().nullable() });
}

/** RFC 9457, with the stable code of the error and what to do. Media type application/problem+json. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe("Stable code of docs/reference/errors.md"),
  detail: z.string(),
  advice: z.string(),
  fields: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe("What is wrong with the request, field by field"),
});
export type ProblemView = z.output<typeof problem>;
