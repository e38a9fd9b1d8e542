/** How OCaml packages of opam are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const opamNaming: EcosystemNaming = {
  id: "opam",
  version: 1,
  scheme: "deb",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "opam", name, version, by: "package" }];
}
