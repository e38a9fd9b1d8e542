/** How Dart and Flutter packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const pubNaming: EcosystemNaming = {
  id: "pub",
  version: 1,
  scheme: "semver-build",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "pub", name, version, by: "package" }];
}
