/** Most entries of one list in the options of a policy. */
export const ENTRIES_MAX = 1000;
