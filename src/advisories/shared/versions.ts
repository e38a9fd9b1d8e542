/** Version order for reading feeds, where a version that cannot be read is a fact, not an error. */
import { PlimsollError } from "../../domain/error.ts";
import { findVersionScheme } from "../../versions/schemes.ts";

/** Order of two versions in a scheme (`deb`, `apk`, …): -1, 0, 1, or null when either cannot be read. */
export function compareVersions(scheme: string, a: string, b: string): number | null {
  const found = findVersionScheme(scheme);
  if (found === null) return null;
  try {
    return found.compare(a, b);
  } catch (error) {
    if (error instanceof PlimsollError && error.code === "VERSION_INVALID") return null;
    throw error;
  }
}
