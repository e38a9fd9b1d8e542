/** How Java packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const mavenNaming: EcosystemNaming = {
  id: "maven",
  version: 3,
  scheme: "maven",
  lookUp,
};

/** `org.apache.logging.log4j:log4j-core`, as advisories write it. A package of a document that has no group cannot be looked up. */
function lookUp({ namespace, name, version }: Package): readonly AdvisoryKey[] {
  if (namespace === null) return [];
  return [{ space: "maven", name: `${namespace}:${name}`, version, by: "package" }];
}
