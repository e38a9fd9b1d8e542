/** `plimsoll db verify`. */
import { readTrustedKeys } from "../../advisories/envelope.ts";
import { verifyDatabase } from "../../advisories/verify-database.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";

/** @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID, DATABASE_TAMPERED, DATABASE_UNTRUSTED, DATABASE_KEY_INVALID */
export function runVerify(context: CliContext, options: { readonly format: string }): void {
  const { databaseDir, databaseTrustedKeys } = context.config;
  const report = verifyDatabase(databaseDir, readTrustedKeys(databaseTrustedKeys));
  if (options.format === "json") {
    context.stdout.write(`${JSON.stringify({ folder: databaseDir, ...report }, null, 2)}\n`);
    return;
  }
  const { fileCount, partCount, rowCount, origin, keyId } = report;
  const signed = keyId === null ? "its signature was not checked" : `signed by ${keyId}`;
  const lines = [
    `${fileCount} files and ${rowCount} rows of ${partCount} parts are what the manifest says`,
    origin === null ? "made here" : `published at ${printable(origin, 500)}; ${signed}`,
  ];
  context.stdout.write(`${lines.join("\n")}\n`);
}
