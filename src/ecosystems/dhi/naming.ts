/** How packages of Docker Hardened Images are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const dhiNaming: EcosystemNaming = {
  id: "dhi",
  version: 1,
  scheme: "semver",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "dhi", name: name.toLowerCase(), version, by: "package" }];
}
