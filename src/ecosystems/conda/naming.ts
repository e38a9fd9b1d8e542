/** How Conda packages are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const condaNaming: EcosystemNaming = {
  id: "conda",
  version: 1,
  scheme: "conda",
  lookUp: lookUpByName("conda"),
};
