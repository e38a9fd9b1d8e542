/** How RPM packages are named, versioned and looked up. */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroOf } from "../shared/distro-space.ts";
import type { EcosystemNaming } from "../types.ts";
import { lookUpRpm } from "./look-up.ts";

export const rpmNaming: EcosystemNaming = {
  id: "rpm",
  version: 3,
  scheme: "rpm",
  lookUp: (pkg: Package, distro: Distro | null): readonly AdvisoryKey[] =>
    lookUpRpm(pkg, distroOf(pkg, distro)),
};
