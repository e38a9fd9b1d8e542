/**
 * Files by which distributions named themselves before os-release (2012), and some beside it: one line such as
 * `CentOS release 6.10 (Final)`, or, of SUSE, a line and `KEY = value`.
 */
import type { Distro } from "../domain/package.ts";
import { decodeText } from "./shared/text.ts";

/** Those with one line, the most particular first: rebuilds carry their own file beside `redhat-release`. */
export const releaseFiles: readonly string[] = [
  "etc/oracle-release",
  "etc/almalinux-release",
  "etc/rocky-release",
  "etc/centos-release",
  "etc/fedora-release",
  "etc/redhat-release",
  "etc/system-release",
  "etc/gentoo-release",
  "etc/photon-release",
];

/** How they call themselves, the longer name before its beginning; and the id that os-release would have. */
const names: readonly (readonly [string, string, readonly string[]])[] = [
  ["Red Hat Enterprise Linux", "rhel", ["fedora"]],
  ["CentOS", "centos", ["rhel", "fedora"]],
  ["Oracle Linux", "ol", ["fedora"]],
  ["Enterprise Linux Enterprise Linux", "ol", ["fedora"]],
  ["Scientific Linux", "scientific", ["rhel", "centos", "fedora"]],
  ["AlmaLinux", "almalinux", ["rhel", "centos", "fedora"]],
  ["Rocky Linux", "rocky", ["rhel", "centos", "fedora"]],
  ["Fedora", "fedora", []],
  ["Amazon Linux", "amzn", ["rhel", "fedora"]],
  ["Gentoo", "gentoo", []],
  ["VMware Photon", "photon", []],
];

/** The distribution of a one-line file, or null when the line names none of those known. */
export function readReleaseLine(bytes: Uint8Array): Distro | null {
  const line = firstLine(bytes);
  const known = names.find(([name]) => line.startsWith(name));
  const versionId = VERSION.exec(line)?.[1] ?? null;
  if (known === undefined || versionId === null) return null;
  const [, id, idLike] = known;
  return { id, versionId, codename: null, name: line, idLike };
}

// `release 6.10 (Final)`, `release 2018.03`; Photon writes `VMware Photon Linux 1.0`.
const VERSION = /(?: release | Linux )(\d{1,4}(?:\.\d{1,4}){0,3})(?= |$)/;

/**
 * `SUSE Linux Enterprise Server 11 (x86_64)`, then `VERSION = 11` and `PATCHLEVEL = 4`, which is 11.4 as os-release writes it;
 * `openSUSE 13.1 (x86_64)`, then `VERSION = 13.1`.
 */
export function readSuseRelease(bytes: Uint8Array): Distro | null {
  const line = firstLine(bytes);
  const text = decodeText(bytes.subarray(0, fileBytesMax));
  const version = /^VERSION = (\d{1,3}(?:\.\d{1,3})?)$/m.exec(text)?.[1];
  const patchLevel = /^PATCHLEVEL = (\d{1,2})$/m.exec(text)?.[1];
  if (version === undefined) return null;
  const name = line.replace(/ \([^)]*\)$/, "");
  if (line.startsWith("openSUSE")) {
    return { id: "opensuse", versionId: version, codename: null, name, idLike: ["suse"] };
  }
  if (!line.startsWith("SUSE Linux Enterprise")) return null;
  const isServicePack = patchLevel !== undefined && patchLevel !== "0";
  return {
    id: line.includes(" Desktop ") ? "sled" : "sles",
    versionId: isServicePack ? `${version}.${patchLevel}` : version,
    codename: null,
    name: isServicePack ? `${name} SP${patchLevel}` : name,
    idLike: ["suse"],
  };
}

/** An empty file that Arch Linux and its relatives have; the relatives have an os-release of their own too. */
export function readArchRelease(): Distro {
  return { id: "arch", versionId: null, codename: null, name: "Arch Linux", idLike: [] };
}

const fileBytesMax = 4096;

function firstLine(bytes: Uint8Array): string {
  return (decodeText(bytes.subarray(0, 300)).split("\n", 1)[0] ?? "").trim();
}
