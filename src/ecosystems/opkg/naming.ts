/** How opkg packages are named, versioned and looked up. */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroLookUp, distroOf } from "../shared/distro-space.ts";
import type { EcosystemNaming } from "../types.ts";

export const opkgNaming: EcosystemNaming = {
  id: "opkg",
  version: 1,
  scheme: "deb",
  lookUp: (pkg: Package, distro: Distro | null): readonly AdvisoryKey[] =>
    distroLookUp(pkg, spaceOf(distroOf(pkg, distro))),
};

/** `opkg:openwrt:23.05` of `23.05.3`; nothing for `SNAPSHOT`, which is no release. */
function spaceOf(distro: Pick<Distro, "id" | "versionId"> | null): string | null {
  const release = /^\d{1,3}\.\d{1,3}(?=\.|$)/.exec(distro?.versionId ?? "");
  return distro === null || release === null ? null : `opkg:${distro.id}:${release[0]}`;
}
