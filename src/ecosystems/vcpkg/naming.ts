/** How Libraries of vcpkg are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const vcpkgNaming: EcosystemNaming = {
  id: "vcpkg",
  version: 1,
  scheme: "dotted",
  lookUp: lookUpByName("vcpkg"),
};
