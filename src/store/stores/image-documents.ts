/**
 * The document of an image (`analysis/image-document.ts`) and the findings that its newest evaluation counted, both compressed:
 * JSON of packages shrinks to a tenth.
 */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Kysely } from "kysely";
import { PlimsollError } from "../../domain/error.ts";
import type { Database } from "../schema.ts";
import { keepReplacedDocument } from "./kept-evaluations.ts";

const deflate = promisify(gzip);
const inflate = promisify(gunzip);

/** Compresses what is going to be stored, outside of the transaction. */
export function compressDocument(bytes: Uint8Array): Promise<Buffer> {
  // The fastest level: a push waits for it, and the others save a tenth more.
  return deflate(bytes, { level: 1 });
}

/** @throws PlimsollError IMAGE_DOCUMENT_UNREADABLE for what `compressDocument` did not make */
export async function expandDocument(body: Uint8Array): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: DOCUMENT_BYTES_MAX });
  } catch (cause) {
    throw new PlimsollError("IMAGE_DOCUMENT_UNREADABLE", "The stored image document cannot be inflated.", {
      cause,
    });
  }
}

/** Above what `writeImageDocument` may write. */
const DOCUMENT_BYTES_MAX = 300 * 1024 ** 2;

/** Takes the place of the document that was there; what was judged then stays. `body` as `compressDocument` made it. */
export async function recordDocument(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  body: Buffer,
): Promise<void> {
  await keepReplacedDocument(tx, orgId, imageId, body);
  await tx
    .insertInto("image_document")
    .values({ org_id: orgId, image_id: imageId, body, judged: null })
    .onConflict((conflict) => conflict.columns(["org_id", "image_id"]).doUpdateSet({ body }))
    .execute();
}

/** The document as JSON; null: the image was not analysed. @throws PlimsollError IMAGE_DOCUMENT_UNREADABLE */
export async function findDocument(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<Buffer | null> {
  const body = await findCompressedDocument(tx, orgId, imageId);
  return body === null ? null : expandDocument(body);
}

/** The document as it is stored; null: the image was not analysed. */
export async function findCompressedDocument(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<Buffer | null> {
  const row = await tx
    .selectFrom("image_document")
    .select("body")
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .executeTakeFirst();
  return row?.body ?? null;
}

/** Replaces what the newest evaluation counted. */
export async function recordJudged(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  judged: Buffer,
): Promise<void> {
  await tx
    .updateTable("image_document")
    .set({ judged })
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .execute();
}
