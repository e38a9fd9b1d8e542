/** Most entries of one list in the options of a policy. */
export const ENTRIES_MAX = 1000;

/** Most deviations that a policy which people wrote may give; the first are kept. */
export const DEVIATIONS_MAX = 1000;
