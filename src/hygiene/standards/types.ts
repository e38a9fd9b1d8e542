/** A standard as data: its controls, and which checks look at each. */

export interface Control {
  readonly id: string;
  readonly title: string;
  /** Ids of hygiene checks; empty: nothing here looks at it. */
  readonly checks: readonly string[];
  /** For controls without a check: who can tell. */
  readonly why?: string;
}

export interface Standard {
  /** Value of --standard. */
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly controls: readonly Control[];
}
