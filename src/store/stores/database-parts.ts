/** What the vulnerability database was made of when it was last applied, so that the next one is applied only where it differs. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface AppliedParts {
  /** Digest of the database. */
  readonly digest: string;
  /** What compared; see `matchingProgram`. */
  readonly program: string;
  /** By `feed/part`. */
  readonly parts: Readonly<Record<string, AppliedPart>>;
}

export interface AppliedPart {
  /** Changes with every advisory of the part. */
  readonly content: string;
  /** Name spaces it has advisories for. */
  readonly spaces: readonly string[];
  /** It rates vulnerabilities as such, and so findings of any package. Absent: it does not. */
  readonly rates?: true;
}

/** In the place of the database before. */
export async function recordAppliedParts(tx: Kysely<Database>, applied: AppliedParts): Promise<void> {
  const value = JSON.stringify(applied);
  await tx
    .insertInto("installation")
    .values({ key: KEY, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, changed_at: new Date() }))
    .execute();
}

/** Null: no database was applied to the end yet. */
export async function findAppliedParts(tx: Kysely<Database>): Promise<AppliedParts | null> {
  const row = await tx.selectFrom("installation").select("value").where("key", "=", KEY).executeTakeFirst();
  return row === undefined ? null : (row.value as AppliedParts);
}

const KEY = "vulnerability-database-parts";
