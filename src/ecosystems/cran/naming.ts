/** How R packages are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const cranNaming: EcosystemNaming = {
  id: "cran",
  version: 1,
  scheme: "dotted",
  lookUp: lookUpByName("cran"),
};
