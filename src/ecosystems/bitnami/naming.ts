/** How components of Bitnami are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const bitnamiNaming: EcosystemNaming = {
  id: "bitnami",
  version: 2,
  scheme: "bitnami",
  lookUp,
};

/** Names are lower case (https://github.com/package-url/purl-spec/blob/main/types-doc/bitnami-definition.md). */
function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "bitnami", name: name.toLowerCase(), version, by: "package" }];
}
