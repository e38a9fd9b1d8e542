/** How Ruby gems are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const gemNaming: EcosystemNaming = {
  id: "gem",
  version: 1,
  scheme: "gem",
  lookUp: lookUpByName("gem"),
};
