/** Pushes as products tell them, checked and made into one shape. What is wrong with one is a sentence, and the others count. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { indexMediaTypes } from "../oci/media-types.ts";
import type { ImagePush, NotificationReading } from "./types.ts";

/** A push as it was told, unchecked. */
export interface ToldPush {
  /** What tells this push from another of the same content: ids, counters. */
  readonly id: string;
  readonly host?: string | null;
  readonly repository: string;
  /** Null or empty: by digest. */
  readonly tag: string | null;
  readonly digest: string | null;
  /** Null: not told. */
  readonly mediaType: string | null;
  readonly actor: string | null;
  /** Null: not told. */
  readonly at: Date | null;
}

const told = z
  .object({
    id: z.string().max(2000),
    repository: z
      .string()
      .max(255)
      .regex(/^[a-z0-9][a-z0-9._/-]*$/, "is not a repository"),
    tag: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "is not a tag")
      .nullable(),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "is not a sha256 digest")
      .nullable(),
    at: z.date().nullable(),
  })
  .refine(({ tag, digest }) => tag !== null || digest !== null, "it names neither tag nor digest");

/** Further pushes that were not understood are only counted. */
const PROBLEMS_MAX = 10;
const ACTOR_LENGTH_MAX = 200;
const HOST_LENGTH_MAX = 300;

/** Tags of signatures and indexes of referrers are ignored. `ignored`: what was no push already. */
export function readToldPushes(rows: readonly ToldPush[], ignored = 0): NotificationReading {
  const pushes: ImagePush[] = [];
  const problems: string[] = [];
  let ignoredCount = ignored;
  for (const row of rows) {
    const read = told.safeParse({ ...row, tag: row.tag === "" ? null : row.tag });
    if (!read.success) {
      ignoredCount++;
      if (problems.length < PROBLEMS_MAX) problems.push(describeFailure(read.error));
    } else if (read.data.tag !== null && isReferrerTag(read.data.tag)) {
      ignoredCount++;
    } else {
      pushes.push(toImagePush(row, read.data));
    }
  }
  return { pushes, ignored: ignoredCount, problems };
}

/**
 * `sha256-<hex>.sig`, `.att`, `.sbom`: cosign's; `sha256-<hex>`: the index of referrers of registries without that API (OCI
 * distribution specification 1.1, referrers tag schema).
 */
export function isReferrerTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:\.[a-z]{1,10})?$/.test(tag);
}

function toImagePush(
  { host, mediaType, actor }: ToldPush,
  { id, repository, tag, digest, at }: z.output<typeof told>,
): ImagePush {
  const name = printable(actor ?? "", ACTOR_LENGTH_MAX);
  return {
    // Ids are the product's own affair; hashed with what the push is about, so that one id cannot hide another push.
    id: createHash("sha256")
      .update(JSON.stringify([id, at?.toISOString() ?? null, repository, tag, digest]))
      .digest("hex"),
    host: host === null || host === undefined ? null : printable(host, HOST_LENGTH_MAX),
    repository,
    tag,
    digest,
    isIndex: digest === null || mediaType === null || indexMediaTypes.includes(mediaType),
    actor: name === "" ? null : name,
    at,
  };
}

/** A sentence for people on why a push was not understood. */
export function describeFailure(error: z.ZodError): string {
  const [first] = error.issues;
  const place = printable(first?.path.join(".") ?? "", 100);
  return `A push was not understood: ${place} ${printable(first?.message ?? "is not valid", 200)}.`;
}

/** @throws PlimsollError NOTIFICATION_INVALID with the place where the body is not of the shape; `what`: `a webhook of Harbor` */
export function parseNotification<T>(shape: z.ZodType<T>, body: unknown, what: string): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  const place = printable(read.error.issues[0]?.path.join(".") ?? "", 100);
  throw new PlimsollError("NOTIFICATION_INVALID", `The notification is not ${what} (at "${place}").`);
}

/** Seconds since 1970 as products count them. */
export function fromSeconds(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** ISO 8601, also with a zone like `+0000`. An invalid date when it is none. */
export function fromText(text: string): Date {
  return new Date(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
}

/** Text of a field that people may see, with a ceiling. */
export const shortText = z.string().max(2000);
