/** How Haskell packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const hackageNaming: EcosystemNaming = {
  id: "hackage",
  version: 1,
  scheme: "dotted",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "hackage", name, version, by: "package" }];
}
