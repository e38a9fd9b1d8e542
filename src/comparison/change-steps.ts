/** What the search for changes is made of: who judges, and a change with what it does. */
import type { Change } from "../domain/change-plan.ts";
import type { ImageFacts, PolicyResult } from "../domain/policy.ts";
import type { Edit } from "./changed-facts.ts";

/** The policies of the gate, asked about an image as it is or would be. */
export interface Judges {
  /** All of them. */
  all(facts: ImageFacts): Promise<readonly PolicyResult[]>;
  /** Quickly: those that are not code which somebody wrote, and of them those that are `asked`. */
  builtIn(facts: ImageFacts, asked: ReadonlySet<string>): readonly PolicyResult[];
  /** Whether a result stops the gate. */
  stops(result: PolicyResult): boolean;
  /** Policies that judge vulnerabilities: they may find fault with what an upgrade brings. */
  readonly ofFindings: ReadonlySet<string>;
}

/** A change, and what it does to the facts; null: nobody worked it out. */
export interface Step {
  readonly change: Change;
  readonly edit: Edit | null;
}
