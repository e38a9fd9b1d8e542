/** Job `advisories`: the database in the folder is applied to what is stored. */
import { printable } from "../../domain/problem.ts";
import { applyDatabase } from "../../monitoring/apply-database.ts";
import { isDatabaseFailure } from "../../monitoring/watch-database.ts";
import { recordDatabaseFailure } from "../../store/stores/database-state.ts";
import type { Job } from "../context.ts";

export const advisories: Job = {
  kind: "advisories",
  concurrencyMax: 1,
  async run({ store, queue, config, clock, log }, { signal }) {
    try {
      const { digest, compared, carried, changed } = await applyDatabase({
        store,
        queue,
        dir: config.databaseDir,
        now: clock,
        signal,
      });
      log(
        `database ${digest.slice(0, 19)}: ${compared} packages compared, ${carried} carried over, ${changed} changed`,
      );
    } catch (error) {
      // Another try finds the same; the watcher asks again when the folder holds another one.
      if (!isDatabaseFailure(error)) throw error;
      await recordDatabaseFailure(store.engine, error.message);
      log(`database: ${printable(error.message)}`);
    }
  },
};
