/** How CocoaPods are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const cocoapodsNaming: EcosystemNaming = {
  id: "cocoapods",
  version: 1,
  scheme: "gem",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "cocoapods", name, version, by: "package" }];
}
