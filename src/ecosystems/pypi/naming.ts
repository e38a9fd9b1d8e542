/** How Python packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import { normalisePypiName } from "../../versions/names.ts";
import type { EcosystemNaming } from "../types.ts";

export const pypiNaming: EcosystemNaming = {
  id: "pypi",
  version: 3,
  scheme: "pep440",
  lookUp,
};

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  return [{ space: "pypi", name: normalisePypiName(pkg.name), version: pkg.version, by: "package" }];
}
