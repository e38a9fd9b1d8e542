/** How Conda packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const condaNaming: EcosystemNaming = {
  id: "conda",
  version: 1,
  scheme: "conda",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "conda", name, version, by: "package" }];
}
