/** An image held against a policy set: what its gate would say, and what would have to change. */
import type { Analysis } from "./analysis.ts";
import type { ChangePlan } from "./change-plan.ts";
import type { TakenPolicySet } from "./policy-set.ts";

/** `unknown`: nothing stops the image, but the set cannot be relied on, or the gate may know more. */
export type CheckOutcome = "accepted" | "refused" | "unknown";

/** Why nothing that stops the image is no word of the gate. */
export interface CheckReason {
  /** `unverified`, `old`: of the set; `no-data`: the gate may know what nobody knows here. */
  readonly kind: "unverified" | "old" | "no-data";
  readonly message: string;
}

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
  /** Why the answer cannot be relied on; told also of what was accepted all the same. */
  readonly reasons: readonly CheckReason[];
  /** Null: the image passes as it is, or nobody asked. */
  readonly plan: ChangePlan | null;
  /** Where several platforms were asked for each of them, in the order that was asked for; all else is of the worst of them. */
  readonly platforms: readonly PlatformCheck[];
}

/** One platform of an index. */
export interface PlatformCheck extends Pick<GateCheck, "outcome" | "causes" | "plan" | "reasons"> {
  /** `linux/arm64` */
  readonly platform: string;
  /** Null: there is no image for it that can be analysed. */
  readonly analysis: Analysis | null;
  /** Why there is no analysis; null when there is one. */
  readonly reason: string | null;
}
