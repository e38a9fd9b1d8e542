/** How Haskell packages are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const hackageNaming: EcosystemNaming = {
  id: "hackage",
  version: 1,
  scheme: "dotted",
  lookUp: lookUpByName("hackage"),
};
