/**
 * Under which name spaces advisories know Debian packages: those of source packages, by release.
 */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroLookUp, distroOf } from "../shared/distro-space.ts";
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
    const release = written ?? debianReleases[distro.codename ?? ""];
    return release === undefined ? null : `deb:debian:${release}`;
  }
  const release =
    distro.versionId ?? (distro.id === "ubuntu" ? ubuntuReleases[distro.codename ?? ""] : undefined);
  return release === undefined || release === null ? null : `deb:${distro.id}:${release}`;
}

/** https://wiki.debian.org/DebianReleases. Sid has no number: nothing can be looked up for it. */
const debianReleases: Readonly<Record<string, string>> = {
  jessie: "8",
  stretch: "9",
  buster: "10",
  bullseye: "11",
  bookworm: "12",
  trixie: "13",
  forky: "14",
  duke: "15",
};

/** https://wiki.ubuntu.com/Releases: those with long-term support. */
const ubuntuReleases: Readonly<Record<string, string>> = {
  trusty: "14.04",
  xenial: "16.04",
  bionic: "18.04",
  focal: "20.04",
  jammy: "22.04",
  noble: "24.04",
  resolute: "26.04",
};
