/** Longest version that our own schemes read, in characters. The longest one in the feeds that were looked at has 78. */
export const versionLengthMax = 1024;
