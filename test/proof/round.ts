/** What a round of the long proofs is, and what it hands back. */

export interface RoundOptions {
  /** Numbers that everything random in the round is made from: same seed, same choices. */
  readonly seed: number;
  /** Time box of rounds that have one. */
  readonly seconds: number;
  /** Repetitions of rounds that count instead; null: the round's own number. */
  readonly count: number | null;
  /** Words after the name of the round, e.g. an input to try again. */
  readonly words: readonly string[];
  /** One line for people. */
  readonly progress: (line: string) => void;
}

export interface RoundResult {
  /** What was proven, in one sentence. */
  readonly claim: string;
  readonly tables: readonly ResultTable[];
  /** One sentence each; empty: the round has passed. */
  readonly failures: readonly string[];
  readonly notes: readonly string[];
}

export interface ResultTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export type Round = (options: RoundOptions) => Promise<RoundResult>;
