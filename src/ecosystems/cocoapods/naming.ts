/** How CocoaPods are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const cocoapodsNaming: EcosystemNaming = {
  id: "cocoapods",
  version: 1,
  scheme: "gem",
  lookUp: lookUpByName("cocoapods"),
};
