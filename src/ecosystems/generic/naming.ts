/** How Programs known by their bytes are named, versioned and looked up. */
import type { AdvisoryKey } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const genericNaming: EcosystemNaming = {
  id: "generic",
  version: 1,
  scheme: "generic",
  lookUp,
};

/** No advisories are named by this type; those of the same software are found by CPE. */
function lookUp(): readonly AdvisoryKey[] {
  return [];
}
