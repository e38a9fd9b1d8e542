/** How Packages of the Nix store are named, versioned and looked up. */
import type { EcosystemNaming } from "../types.ts";

export const nixNaming: EcosystemNaming = {
  id: "nix",
  version: 1,
  scheme: "dotted",
  lookUp: () => [],
};
