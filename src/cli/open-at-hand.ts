/** The vulnerability database of this machine, as it is. */
import { openDatabase } from "../advisories/database.ts";
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import type { CliContext } from "./context.ts";

/** Null when there is none, which is an error where it `isNeeded`. @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID */
export function openAtHand(context: CliContext, isNeeded: boolean): AdvisoryDatabase | null {
  try {
    return openDatabase(context.config.databaseDir);
  } catch (error) {
    if (!isNeeded && error instanceof PlimsollError && error.code === "DATABASE_MISSING") return null;
    throw error;
  }
}
