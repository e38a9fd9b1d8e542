/** How OCaml packages of opam are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const opamNaming: EcosystemNaming = {
  id: "opam",
  version: 1,
  scheme: "deb",
  lookUp: lookUpByName("opam"),
};
