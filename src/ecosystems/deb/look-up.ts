/**
 * Under which name spaces advisories know Debian packages: those of source packages, by release.
 */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroLookUp, distroOf, releaseOf } from "../shared/distro-space.ts";
import { markDebs } from "../shared/third-party.ts";

/** No key when the release is not known. */
export function lookUpDeb(pkg: Package, distro: Distro | null): readonly AdvisoryKey[] {
  const place = distroOf(pkg, distro);
  return markDebs(pkg, place, distroLookUp(pkg, spaceOf(place)));
}

/**
 * `deb:debian:12` (the major number), `deb:ubuntu:22.04` (as written); Debian's testing and sid by code name. Before 7 a
 * Debian release had two numbers (3.0 and 3.1 are two releases), and advisories name it so: `deb:debian:6.0`.
 */
function spaceOf(distro: Pick<Distro, "id" | "versionId" | "codename"> | null): string | null {
  if (distro === null) return null;
  if (distro.id === "debian") {
    const [major, minor = "0"] = distro.versionId?.split(".") ?? [];
    const written = major !== undefined && /^[1-6]$/.test(major) ? `${major}.${minor}` : major;
    const release = written ?? releaseOf("debian", distro.codename);
    return release === null ? null : `deb:debian:${release}`;
  }
  const release = distro.versionId ?? releaseOf(distro.id, distro.codename);
  return release === null ? null : `deb:${distro.id}:${release}`;
}
