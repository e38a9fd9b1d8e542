/** How C and C++ packages of Conan are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const conanNaming: EcosystemNaming = {
  id: "conan",
  version: 1,
  scheme: "dotted",
  lookUp: lookUpByName("conan"),
};
