/** What is stated of secrets, or that nothing can be. */
import { secretsPredicate } from "../../attestations/predicates.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { SecretsResult } from "../../domain/secret.ts";

/** An empty list says that there are none, which nobody knows of what was not searched. @throws PlimsollError USAGE */
export function statedSecrets(secrets: SecretsResult): readonly object[] {
  const unsearched = [...secrets.notSearched, ...(secrets.notListed > 0 ? ["some are not listed"] : [])];
  if (unsearched.length === 0) return secretsPredicate(secrets);
  throw new PlimsollError(
    "USAGE",
    `Nothing is stated of secrets, since not everything was searched: ${printable(unsearched.join("; "), 500)}.`,
  );
}
