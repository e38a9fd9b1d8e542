/** What one analysis needs from outside. */
import type { UnpackLimits } from "../domain/files.ts";
import type { VexStatement } from "../domain/vex.ts";
import type { AdvisoryDatabase, Clock, SbomCache, TagResolver } from "../domain/ports.ts";
import type { PolicyDefinition } from "../policies/types.ts";

/** Everything the line needs from outside, handed in by a main. */
export interface AnalyzeOptions {
  readonly limits: UnpackLimits;
  /** Hash what could be read by seeking. */
  readonly verify: boolean;
  readonly cache: SbomCache | null;
  /** Null: only the inventory is wanted, or no policy and no report needs findings. */
  readonly database: AdvisoryDatabase | null;
  /** Hours after which the database counts as stale. */
  readonly databaseAgeHoursMax: number;
  readonly statements: readonly VexStatement[];
  /** Whether a VEX author is trusted; null: all of the given statements are. */
  readonly trustsAuthor: ((author: string) => boolean) | null;
  /** Null: policies are not evaluated. */
  readonly policies: readonly PolicyDefinition[] | null;
  readonly debugPolicies: boolean;
  /** Id of a vulnerability whose refuted advisories are told too (`Analysis.considered`); null: none. */
  readonly explains: string | null;
  readonly resolveTag: TagResolver | null;
  readonly clock: Clock;
  /** Milliseconds of a clock that never runs backwards. */
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal | null;
}
