/** How Packages of Hex (Erlang, Elixir) are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const hexNaming: EcosystemNaming = {
  id: "hex",
  version: 1,
  scheme: "semver",
  lookUp,
};

/** A package of an organisation is not the public one of the same name. */
function lookUp({ namespace, name, version }: Package): readonly AdvisoryKey[] {
  if (version === "" || namespace !== null) return [];
  return [{ space: "hex", name, version, by: "package" }];
}
