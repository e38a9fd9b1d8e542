/** An image held against a policy set: what its gate would say, and what would have to change. */
import type { ChangePlan } from "./change-plan.ts";
import type { TakenPolicySet } from "./policy-set.ts";

/** `unknown`: nothing stops the image, but the set cannot be relied on. */
export type CheckOutcome = "accepted" | "refused" | "unknown";

export interface GateCheck {
  readonly taken: TakenPolicySet;
  /** When the set's age was looked at. */
  readonly now: Date;
  /** The time that was judged by. */
  readonly at: Date;
  /** What of that time nobody knows; empty: it is now. */
  readonly caveats: readonly string[];
  readonly outcome: CheckOutcome;
  /** Why the gate stops, in a fixed order. */
  readonly causes: readonly { readonly cause: string; readonly message: string }[];
  /** Why the set cannot be relied on; told also of what was accepted all the same. */
  readonly reasons: readonly string[];
  /** Null: the image passes as it is, or nobody asked. */
  readonly plan: ChangePlan | null;
}
