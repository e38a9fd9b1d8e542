/** How npm packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const npmNaming: EcosystemNaming = {
  id: "npm",
  version: 3,
  scheme: "semver",
  lookUp,
};

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  const name = pkg.namespace === null ? pkg.name : `${pkg.namespace}/${pkg.name}`;
  return [{ space: "npm", name, version: pkg.version, by: "package" }];
}
