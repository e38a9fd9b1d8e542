/** How C and C++ packages of Conan are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const conanNaming: EcosystemNaming = {
  id: "conan",
  version: 1,
  scheme: "dotted",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "conan", name, version, by: "package" }];
}
