/** Whether a scan may fetch what is missing of the vulnerability database. */
import type { Command } from "commander";

export interface DatabaseOptions {
  /** Commander's form of --skip-db-update. */
  readonly skipDbUpdate?: true;
}

/** Adds --skip-db-update. */
export function addDatabaseOptions(command: Command): Command {
  return command.option(
    "--skip-db-update",
    "fetch no vulnerability data, although the database is missing or has nothing for some packages",
  );
}
