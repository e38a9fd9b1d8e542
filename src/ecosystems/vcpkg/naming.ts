/** How Libraries of vcpkg are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const vcpkgNaming: EcosystemNaming = {
  id: "vcpkg",
  version: 1,
  scheme: "dotted",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "vcpkg", name, version, by: "package" }];
}
