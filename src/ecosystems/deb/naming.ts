/** How Debian packages are named, versioned and looked up. */
import type { Distro, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";
import { lookUpDeb } from "./look-up.ts";

export const debNaming: EcosystemNaming = {
  id: "deb",
  version: 4,
  scheme: "deb",
  lookUp: (pkg: Package, distro: Distro | null) => lookUpDeb(pkg, distro),
};
