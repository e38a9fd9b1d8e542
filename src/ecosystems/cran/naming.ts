/** How R packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const cranNaming: EcosystemNaming = {
  id: "cran",
  version: 1,
  scheme: "dotted",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "cran", name, version, by: "package" }];
}
