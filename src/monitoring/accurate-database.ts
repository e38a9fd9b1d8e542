/**
 * The vulnerability database as programs that run on and on open it: only when it gives the answers that are known. `db update`,
 * `db pull` and `db import` ask the same before they put a database in its place, but a folder can be filled by other means, and a
 * newer program may answer otherwise.
 */
import { openDatabase } from "../advisories/database.ts";
import { checkKnownAnswers } from "../analysis/known-answers.ts";
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";

/**
 * To be closed by the caller.
 * @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID, DATABASE_INACCURATE
 */
export function openAccurate(dir: string): AdvisoryDatabase {
  const database = openDatabase(dir);
  try {
    refuseWrong(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function refuseWrong(database: AdvisoryDatabase): void {
  const { digest } = database.status;
  if (right.has(digest)) return;
  const { asked, wrong } = checkKnownAnswers(database);
  if (wrong.length > 0) {
    const named = wrong.slice(0, WRONG_NAMED_MAX).map((question) => printable(question, 300));
    throw new PlimsollError(
      "DATABASE_INACCURATE",
      `The vulnerability database is held back: ${wrong.length} of ${asked} known answers are wrong: ${named.join("; ")}.`,
      { details: { wrong: wrong.length } },
    );
  }
  if (right.size >= RIGHT_MAX) right.clear();
  right.add(digest);
}

/** Digests of what was asked and gave the right answers: each image that is analysed opens the database anew. */
const right = new Set<string>();
const RIGHT_MAX = 100;
const WRONG_NAMED_MAX = 5;
