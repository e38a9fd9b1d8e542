/** How Terraform providers are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const terraformNaming: EcosystemNaming = {
  id: "terraform",
  version: 1,
  scheme: "semver",
  lookUp,
};

function lookUp({ namespace, name, version }: Package): readonly AdvisoryKey[] {
  if (namespace === null || version === "") return [];
  return [{ space: "terraform", name: `${namespace}/${name}`, version, by: "package" }];
}
