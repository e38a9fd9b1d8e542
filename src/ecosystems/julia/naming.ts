/** How Julia packages are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const juliaNaming: EcosystemNaming = {
  id: "julia",
  version: 1,
  scheme: "semver-build",
  lookUp: lookUpByName("julia"),
};
