/** How Arch Linux packages are named, versioned and looked up. */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroOf } from "../shared/distro-space.ts";
import type { EcosystemNaming } from "../types.ts";

export const alpmNaming: EcosystemNaming = {
  id: "alpm",
  version: 2,
  scheme: "alpm",
  lookUp,
};

/** `alpm:arch`: Arch's advisories name packages, not what they were built from. Its relatives have repositories of their own. */
function lookUp(pkg: Package, distro: Distro | null): readonly AdvisoryKey[] {
  const place = distroOf(pkg, distro);
  if (place === null) return [];
  return [{ space: `alpm:${place.id}`, name: pkg.name, version: pkg.version, by: "package" }];
}
