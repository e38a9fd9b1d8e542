/** The order of two versions of a package, by its ecosystem's own rules. */
import type { VersionOrder } from "../domain/comparison.ts";
import { PlimsollError } from "../domain/error.ts";
import { schemeOf } from "../ecosystems/look-up.ts";
import { findVersionScheme } from "../versions/schemes.ts";

export const versionOrder: VersionOrder = (pkg, a, b) => {
  const scheme = findVersionScheme(schemeOf(pkg) ?? "");
  if (scheme === null) return null;
  try {
    return scheme.compare(a, b);
  } catch (error) {
    if (error instanceof PlimsollError) return null;
    throw error;
  }
};
