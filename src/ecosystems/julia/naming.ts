/** How Julia packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const juliaNaming: EcosystemNaming = {
  id: "julia",
  version: 1,
  scheme: "semver-build",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "julia", name, version, by: "package" }];
}
