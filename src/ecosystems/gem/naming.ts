/** How Ruby gems are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const gemNaming: EcosystemNaming = {
  id: "gem",
  version: 1,
  scheme: "gem",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "gem", name, version, by: "package" }];
}
