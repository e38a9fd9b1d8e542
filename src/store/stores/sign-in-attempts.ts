/**
 * Counts of sign-ins that did not succeed, in the database so that all servers count together. A subject is a hash: what people
 * type as a name may be their password.
 */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Counts one more in the window that began at `windowStart`, and returns how many there are with it. */
export async function countAttempt(
  tx: Kysely<Database>,
  subject: string,
  windowStart: Date,
): Promise<number> {
  const { failures } = await tx
    .insertInto("sign_in_attempt")
    .values({ subject, window_start: windowStart, failures: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(["subject", "window_start"])
        .doUpdateSet({ failures: sql<number>`least(sign_in_attempt.failures + 1, 1000000)` }),
    )
    .returning("failures")
    .executeTakeFirstOrThrow();
  return failures;
}

/** Takes back attempts that turned out to succeed. */
export async function forgiveAttempt(
  tx: Kysely<Database>,
  subjects: readonly string[],
  windowStart: Date,
): Promise<void> {
  await tx
    .updateTable("sign_in_attempt")
    .set({ failures: sql<number>`greatest(failures - 1, 0)` })
    .where("subject", "in", [...subjects])
    .where("window_start", "=", windowStart)
    .execute();
}

/** Whether there is a row of this subject from `since` or later. */
export async function hasAttempt(tx: Kysely<Database>, subject: string, since: Date): Promise<boolean> {
  const row = await tx
    .selectFrom("sign_in_attempt")
    .select("subject")
    .where("subject", "=", subject)
    .where("window_start", ">=", since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Removes rows of a kind (what the subject begins with, up to its colon) from before `before`. */
export async function deleteOldAttempts(
  tx: Kysely<Database>,
  kinds: readonly string[],
  before: Date,
): Promise<void> {
  await tx
    .deleteFrom("sign_in_attempt")
    .where("window_start", "<", before)
    .where(sql<string>`split_part(subject, ':', 1)`, "in", [...kinds])
    .execute();
}
