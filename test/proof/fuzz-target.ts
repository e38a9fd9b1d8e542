/** What a fuzzed reader is: samples of its input, and a check that ends quietly or throws. */

export interface FuzzTarget {
  /** For people and for trying again: `deb status`. No colon. */
  readonly name: string;
  /** Valid inputs to start from; always the same bytes. */
  readonly samples: readonly Buffer[];
  /**
   * Reads the input. A `PlimsollError` is a proper answer; anything else that is thrown is a failure, a broken promise about the
   * result (`Inconsistent`) too.
   */
  check(input: Buffer): void | Promise<void>;
  /** Called once before the worker ends. */
  close?(): void | Promise<void>;
}

/** The reader answered, and the answer breaks a promise. */
export class Inconsistent extends Error {}

export function expect(isKept: boolean, promise: string): void {
  if (!isKept) throw new Inconsistent(promise);
}
