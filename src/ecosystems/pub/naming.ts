/** How Dart and Flutter packages are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const pubNaming: EcosystemNaming = {
  id: "pub",
  version: 1,
  scheme: "semver-build",
  lookUp: lookUpByName("pub"),
};
