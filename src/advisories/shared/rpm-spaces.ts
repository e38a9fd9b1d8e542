/**
 * Releases of rpm distributions as OSV ecosystems write them, as name spaces: the release that an image tells of itself
 * (VERSION_ID of os-release), since that is what packages are looked up by.
 */

/** The space of a release (`9`, `Linux Enterprise Server 15 SP4`, `enterprise_linux:9::appstream`), or null: no image has it. */
export type ReleaseSpace = (release: string) => string | null;

/** `AlmaLinux:9`, `Rocky Linux:9`, `Mageia:9`, `Photon OS:5.0`: one captured release. */
export function releasesOf(id: string, pattern: RegExp): ReleaseSpace {
  return (release) => {
    const captured = pattern.exec(release)?.[1];
    return captured === undefined ? null : `rpm:${id}:${captured}`;
  };
}

/**
 * The main stream only. Fixes for extended support (`rhel_eus:9.2::appstream`) are built for those who stay on a minor release;
 * their versions say nothing of packages of the main stream.
 */
export const redHatSpace: ReleaseSpace = releasesOf(
  "rhel",
  /^enterprise_linux:(\d{1,2})(?:\.\d{1,2})?(?::|$)/,
);

/** `2` is CBL-Mariner 2.0, `3` is Azure Linux 3.0. */
export function azureLinuxSpace(release: string): string | null {
  const major = /^(\d{1,2})(?:\.0)?$/.exec(release)?.[1];
  if (major === undefined) return null;
  return Number(major) < 3 ? `rpm:mariner:${major}.0` : `rpm:azurelinux:${major}.0`;
}

/**
 * `Linux Enterprise Server 15 SP4` is 15.4. Modules and extensions (`… Module for Basesystem 15 SP4`) are repositories of the
 * same release. Long-term support is a channel of it too: its fixes are later versions of the same packages.
 */
export function suseSpace(release: string): string | null {
  const leap = /^(?:openSUSE )?Leap (\d{2}\.\d)$/.exec(release)?.[1];
  if (leap !== undefined) return `rpm:opensuse-leap:${leap}`;
  if (/^(?:openSUSE )?Tumbleweed$/.test(release)) return "rpm:opensuse-tumbleweed";
  const micro = /^(?:Linux Enterprise Micro|Linux Micro|SUSE Linux Micro) (\d\.\d)\b/.exec(release)?.[1];
  if (micro !== undefined) return `rpm:sle-micro:${micro}`;
  if (!/^(?:Linux Enterprise (?:Server|Desktop|Module|Workstation|Software)|Package Hub)\b/.test(release)) {
    return null;
  }
  // Teradata's builds are a product of their own.
  if (release.includes("Teradata")) return null;
  const dotted = / (1[6-9]\.\d)(?:-|$)/.exec(release)?.[1];
  if (dotted !== undefined) return `rpm:sles:${dotted}`;
  const match = / (1[0-5])(?: SP(\d))?(?:[ -]|$)/.exec(release);
  if (match === null) return null;
  return match[2] === undefined ? `rpm:sles:${match[1]}` : `rpm:sles:${match[1]}.${match[2]}`;
}

/**
 * `22.03-LTS-SP1` is `22.03-sp1`: service packs have fixes of their own, and packages tell theirs by their release
 * (`.oe2203sp1`). Up to the third one of 20.03, releases all end in `.oe1`.
 */
export function openEulerSpace(release: string): string | null {
  const match = /^(\d{2}\.\d{2})(?:-LTS)?(?:-SP(\d))?$/.exec(release);
  if (match === null) return null;
  const pack = Number(match[2] ?? 0);
  const isToldApart = match[1] === "20.03" ? pack > 3 : pack > 0;
  return `rpm:openeuler:${match[1]}${isToldApart ? `-sp${pack}` : ""}`;
}
