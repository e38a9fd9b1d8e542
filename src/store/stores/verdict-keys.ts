/** Keys that verdicts of gates are signed with. One signs; those before it count until their time is over. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface VerdictKey {
  readonly id: string;
  /** `SHA256:…` */
  readonly keyId: string;
  readonly publicPem: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Null: it signs. */
  readonly validUntil: Date | null;
}

/** What a private key is sealed for. */
export function verdictKeyPurpose(id: string): string {
  return `verdict-key:${id}`;
}

export interface NewVerdictKey {
  /** uuid, made by the caller: the private key is sealed for it. */
  readonly id: string;
  readonly keyId: string;
  readonly publicPem: string;
  readonly privateSealed: Buffer;
  readonly createdBy: string;
}

/** From now on it signs; the one before counts until `validUntil`. Keys whose time is over go. Returns the one before, or null. */
export async function rotateVerdictKey(
  tx: Kysely<Database>,
  orgId: string,
  key: NewVerdictKey,
  { now, validUntil }: { readonly now: Date; readonly validUntil: Date },
): Promise<{ readonly keyId: string } | null> {
  await tx.deleteFrom("verdict_key").where("org_id", "=", orgId).where("valid_until", "<=", now).execute();
  const before = await tx
    .updateTable("verdict_key")
    .set({ valid_until: validUntil })
    .where("org_id", "=", orgId)
    .where("valid_until", "is", null)
    .returning("key_id as keyId")
    .executeTakeFirst();
  await tx
    .insertInto("verdict_key")
    .values({
      org_id: orgId,
      id: key.id,
      key_id: key.keyId,
      public_pem: key.publicPem,
      private_sealed: key.privateSealed,
      created_by: key.createdBy,
      created_at: now,
      valid_until: null,
    })
    .execute();
  return before ?? null;
}

/** What it was; null when it is not there. */
export async function deleteVerdictKey(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<{ readonly keyId: string } | null> {
  const row = await tx
    .deleteFrom("verdict_key")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returning("key_id as keyId")
    .executeTakeFirst();
  return row ?? null;
}

/** Those that count at the time, the one that signs first. */
export async function listVerdictKeys(
  tx: Kysely<Database>,
  orgId: string,
  now: Date,
): Promise<readonly VerdictKey[]> {
  return tx
    .selectFrom("verdict_key")
    .select(["id", "key_id as keyId", "public_pem as publicPem", "created_by as createdBy"])
    .select(["created_at as createdAt", "valid_until as validUntil"])
    .where("org_id", "=", orgId)
    .where((each) => each.or([each("valid_until", "is", null), each("valid_until", ">", now)]))
    .orderBy("valid_until", (order) => order.desc().nullsFirst())
    .execute();
}

/** The one that signs, sealed; null: there is none. */
export async function findSigningKey(
  tx: Kysely<Database>,
  orgId: string,
): Promise<{ readonly id: string; readonly keyId: string; readonly privateSealed: Buffer } | null> {
  const row = await tx
    .selectFrom("verdict_key")
    .select(["id", "key_id as keyId", "private_sealed as privateSealed"])
    .where("org_id", "=", orgId)
    .where("valid_until", "is", null)
    .executeTakeFirst();
  return row ?? null;
}
