/** `plimsoll db verify`: what the database is made of, and whether it gives the answers that are known. */
import { openDatabase } from "../../advisories/database.ts";
import { readTrustedKeys } from "../../advisories/envelope.ts";
import { verifyDatabase } from "../../advisories/verify-database.ts";
import { checkKnownAnswers, type KnownAnswersReport } from "../../analysis/known-answers.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { databaseJson } from "./json.ts";

/**
 * @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID, DATABASE_TAMPERED, DATABASE_UNTRUSTED, DATABASE_KEY_INVALID,
 * DATABASE_INACCURATE
 */
export function runVerify(context: CliContext, options: { readonly format: string }): void {
  const { databaseDir, databaseTrustedKeys } = context.config;
  const report = verifyDatabase(databaseDir, readTrustedKeys(databaseTrustedKeys));
  const answers = askKnown(databaseDir);
  if (options.format === "json") {
    context.stdout.write(databaseJson("db-verify", { folder: databaseDir, ...report, answers }));
    return;
  }
  const { fileCount, partCount, rowCount, origin, keyId } = report;
  const signed = keyId === null ? "its signature was not checked" : `signed by ${keyId}`;
  const lines = [
    `${fileCount} files and ${rowCount} rows of ${partCount} parts are what the manifest says`,
    origin === null ? "made here" : `published at ${printable(origin, 500)}; ${signed}`,
    answersLine(answers),
  ];
  context.stdout.write(`${lines.join("\n")}\n`);
}

function askKnown(dir: string): KnownAnswersReport {
  const database = openDatabase(dir);
  try {
    const answers = checkKnownAnswers(database);
    if (answers.wrong.length === 0) return answers;
    const named = answers.wrong.slice(0, WRONG_NAMED_MAX).join("; ");
    const message = `${answers.wrong.length} of ${answers.asked} known answers are wrong: ${named}.`;
    throw new PlimsollError("DATABASE_INACCURATE", message, { details: { wrong: answers.wrong.length } });
  } finally {
    database.close();
  }
}

const WRONG_NAMED_MAX = 5;

function answersLine({ asked, right, absent }: KnownAnswersReport): string {
  if (asked === 0) return "no known answers are about its feeds";
  const rest = absent.length === 0 ? "" : `; ${absent.length} are about advisories that it does not hold`;
  return `${right} of ${asked} known answers are right${rest}`;
}
