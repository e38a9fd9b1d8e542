/** How Swift packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const swiftNaming: EcosystemNaming = {
  id: "swift",
  version: 1,
  scheme: "semver",
  lookUp,
};

/** Advisories name Swift packages by the address of their repository without its scheme. */
function lookUp({ namespace, name, version }: Package): readonly AdvisoryKey[] {
  if (namespace === null || version === "") return [];
  return [{ space: "swift", name: `${namespace}/${name}`.toLowerCase(), version, by: "package" }];
}
