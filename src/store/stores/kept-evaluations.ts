/** What evaluations rested on: parts by digest, and for each evaluation which of them. */
import { createHash } from "node:crypto";
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface KeptPart {
  readonly digest: string;
  /** Compressed. */
  readonly body: Buffer;
}

export interface KeptEvaluation {
  /** The program that made it. */
  readonly engine: string;
  /** Compressed, see `worker/evaluation/kept-inputs.ts`. */
  readonly body: Buffer;
  /** Digests of the parts, sorted; the image's document among them. */
  readonly parts: readonly string[];
}

/** Of the bytes as they are kept: 64 hexadecimal digits. */
export function digestOfPart(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

export interface Kept {
  readonly evaluation: KeptEvaluation;
  readonly parts: readonly KeptPart[];
  /** The document that was judged. It stays with its image, and is kept apart only where the image has another one by now. */
  readonly document: KeptPart & { readonly imageId: string };
}

/** Parts that are there already are not written again, and count as used now: what is used is not removed. */
export async function insertKept(
  tx: Kysely<Database>,
  orgId: string,
  evaluationId: string,
  { evaluation, parts, document }: Kept,
): Promise<void> {
  const sorted = parts.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  const digests = sorted.map(({ digest }) => digest);
  const bodies = sorted.map(({ body }) => body);
  await sql`
    insert into kept_part (org_id, digest, body)
    select ${orgId}, t.digest, t.body from unnest(${digests}::text[], ${bodies}::bytea[]) as t(digest, body)
    on conflict (org_id, digest) do update set kept_at = now()
    where kept_part.kept_at < now() - interval '6 hours'`.execute(tx);
  await sql`
    insert into kept_part (org_id, digest, body)
    select ${orgId}, ${document.digest}, ${document.body}::bytea where not exists (
      select from image_document held
      where held.org_id = ${orgId} and held.image_id = ${document.imageId} and held.body = ${document.body}
    )
    on conflict (org_id, digest) do update set kept_at = now()`.execute(tx);
  await tx
    .insertInto("kept_evaluation")
    .values({
      org_id: orgId,
      evaluation_id: evaluationId,
      engine: evaluation.engine,
      body: evaluation.body,
      parts: [...evaluation.parts],
    })
    .execute();
}

/** Null: it was made before such things were kept, or they were removed. */
export async function findKept(
  tx: Kysely<Database>,
  orgId: string,
  evaluationId: string,
): Promise<KeptEvaluation | null> {
  const row = await tx
    .selectFrom("kept_evaluation")
    .select(["engine", "body", "parts"])
    .where("org_id", "=", orgId)
    .where("evaluation_id", "=", evaluationId)
    .executeTakeFirst();
  return row ?? null;
}

/** The parts of an evaluation by digest; its image's document comes from the image where it is the same still. */
export async function findParts(
  tx: Kysely<Database>,
  orgId: string,
  evaluationId: string,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const { rows } = await sql<KeptPart>`
    select digest, body from kept_part where org_id = ${orgId} and digest = any (${digests}::text[])
    union all
    select encode(sha256(document.body), 'hex'), document.body
    from evaluation join image_document document
      on document.org_id = evaluation.org_id and document.image_id = evaluation.image_id
    where evaluation.org_id = ${orgId} and evaluation.id = ${evaluationId}`.execute(tx);
  return new Map(rows.map(({ digest, body }) => [digest, body]));
}

/** To be called before another document takes the place of an image's: what evaluations refer to is kept. */
export async function keepReplacedDocument(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  body: Buffer,
): Promise<void> {
  await sql`
    insert into kept_part (org_id, digest, body)
    select document.org_id, encode(sha256(document.body), 'hex'), document.body from image_document document
    where document.org_id = ${orgId} and document.image_id = ${imageId} and document.body <> ${body}
      and exists (
        select from kept_evaluation kept join evaluation
          on evaluation.org_id = kept.org_id and evaluation.id = kept.evaluation_id
        where evaluation.org_id = ${orgId} and evaluation.image_id = ${imageId}
          and encode(sha256(document.body), 'hex') = any (kept.parts)
      )
    on conflict (org_id, digest) do update set kept_at = now()`.execute(tx);
}
