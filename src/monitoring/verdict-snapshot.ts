/** A verdict with what it rests on, in the form in which two of them are compared. */
import type { BaseImageFacts, Deviation, PolicyStatus } from "../domain/policy.ts";
import type { Exception } from "../domain/exception.ts";
import type { Judged } from "./judged-findings.ts";

export interface VerdictSnapshot {
  readonly status: PolicyStatus;
  readonly grade: string | null;
  readonly results: readonly PolicySnapshot[];
  readonly judged: Judged;
  readonly base: BaseImageFacts | null;
}

export interface PolicySnapshot {
  readonly policy: string;
  readonly version: number;
  readonly title: string;
  readonly status: PolicyStatus;
  readonly reason: string | null;
  readonly deviations: readonly Deviation[];
}

/** What is known of an exception that applied before or applies now; `state` as it is stored. */
export type KnownException = Pick<
  Exception,
  "id" | "vulnerability" | "kind" | "decidedBy" | "expiresAt" | "requestedBy"
> & { readonly state: string };

/** A program that compares otherwise than the one before, and the package URLs whose findings it changed. */
export interface RenewedEngine {
  readonly from: string | null;
  readonly to: string;
  readonly purls: ReadonlySet<string>;
}
