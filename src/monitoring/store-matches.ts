/**
 * What matching found goes into the store in one transaction with everything that follows from it: EPSS and KEV of vulnerabilities
 * that are new, and evaluations of the images that hold a package whose findings changed.
 */
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { matchingId } from "../analysis/matching-id.ts";
import type { StoreTransaction } from "../store/connect.ts";
import type { Queue } from "../store/queue.ts";
import { requestEvaluationsEverywhere } from "../store/stores/evaluation-requests.ts";
import { recordFindings, type PackageFindings } from "../store/stores/findings.ts";
import { findWithoutContext, recordContexts } from "../store/stores/vulnerability-contexts.ts";

/** Returns how many packages have other findings than before. */
export async function storeMatches(
  tx: StoreTransaction,
  queue: Queue,
  database: AdvisoryDatabase,
  matches: readonly PackageFindings[],
): Promise<number> {
  const changes = await recordFindings(tx, matchingId(database.status.digest), matches);
  const ids = await findWithoutContext(tx, changes.vulnerabilities);
  if (ids.length > 0) await recordContexts(tx, ids, database.findContexts(ids));
  await requestEvaluationsEverywhere(tx, queue, changes.packages);
  return changes.packages.length;
}
