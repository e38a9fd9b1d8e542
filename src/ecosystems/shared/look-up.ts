/** How packages are looked up whose advisories stand in one name space, by the package's own name. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";

/** For the `lookUp` of an ecosystem whose advisories are in `space`. A package without a version cannot be looked up. */
export function lookUpByName(space: string): (pkg: Package) => readonly AdvisoryKey[] {
  return ({ name, version }) => (version === "" ? [] : [{ space, name, version, by: "package" }]);
}
