/** The version of the program, for whoever says what made something. */

declare const PLIMSOLL_VERSION: string | undefined;

/** Set by the build; from a checkout it is the one in package.json with `-dev`. */
export const programVersion = typeof PLIMSOLL_VERSION === "string" ? PLIMSOLL_VERSION : "0.1.0-dev";
