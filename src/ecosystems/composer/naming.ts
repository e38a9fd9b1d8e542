/** How PHP packages of Composer are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const composerNaming: EcosystemNaming = {
  id: "composer",
  version: 1,
  scheme: "composer",
  lookUp,
};

function lookUp({ namespace, name, version }: Package): readonly AdvisoryKey[] {
  if (version === "") return [];
  const fullName = namespace === null ? name : `${namespace}/${name}`;
  return [{ space: "composer", name: fullName.toLowerCase(), version, by: "package" }];
}
