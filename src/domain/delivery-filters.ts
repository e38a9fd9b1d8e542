/** What somebody wants to be told of. */

/** Least severities that can be asked for, the worst first. */
export const severityFloors = ["critical", "high", "medium", "low"] as const;
export type SeverityFloor = (typeof severityFloors)[number];

/** Each part is asked only of events that have such a thing: a policy that was added has no severity, and passes. */
export interface DeliveryFilters {
  /** `registry.example.com/acme/my-app`; `*` stands for any text, slashes too. Empty: all. */
  readonly repositories: readonly string[];
  /** Names of environments that the image is recorded in. Empty: all, and none. */
  readonly environments: readonly string[];
  /** Ids of policies. Empty: all. */
  readonly policies: readonly string[];
  /** At least as bad. Null: whatever it is. */
  readonly severity: SeverityFloor | null;
  /** Not what got better, and not what was as bad before. */
  readonly onlyNew: boolean;
}

export const everything: DeliveryFilters = {
  repositories: [],
  environments: [],
  policies: [],
  severity: null,
  onlyNew: false,
};
