/** What is stated of secrets and of malware, or that nothing can be: nobody knows what lies in what was not searched. */
import { malwarePredicate, secretsPredicate } from "../../attestations/predicates.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { VirusScan } from "../../domain/hygiene.ts";
import { printable } from "../../domain/problem.ts";
import type { SecretsResult } from "../../domain/secret.ts";

/** An empty list says that there are none. @throws PlimsollError USAGE */
export function statedSecrets(secrets: SecretsResult): readonly object[] {
  const notListed = secrets.notListed > 0 ? ["some are not listed"] : [];
  refuseUnsearched("secrets", [...secrets.notSearched, ...notListed]);
  return secretsPredicate(secrets);
}

/** @throws PlimsollError USAGE when there is no hit and something was left out */
export function statedMalware(viruses: VirusScan): object {
  if (viruses.hits.length === 0) refuseUnsearched("malware", viruses.leftOut);
  return malwarePredicate(viruses);
}

/** @throws PlimsollError USAGE unless everything was searched */
function refuseUnsearched(what: string, unsearched: readonly string[]): void {
  if (unsearched.length === 0) return;
  const reasons = printable(unsearched.join("; "), 500);
  throw new PlimsollError(
    "USAGE",
    `Nothing is stated of ${what}, since not everything was searched: ${reasons}.`,
  );
}
