/**
 * Packages of repositories that are not the distribution's own, recognised by what their builders write into versions and vendors.
 * The distribution's advisories say nothing of them: a version of theirs may be mended where the distribution's is not, and the
 * other way round. What is not recognised is taken for the distribution's own.
 */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";

/** A sign in a version, and the repository that writes it. */
type Mark = readonly [sign: RegExp, repository: string];

const CODE_NAMES = "(?:buster|bullseye|bookworm|trixie|forky|xenial|bionic|focal|jammy|noble|resolute)";

/** Debian revisions: `8.2.7-1+0~20230606.40+debian11~1.gbp3c1b3c`, `18.16.0-deb-1nodesource1`, `15.3-1.pgdg110+1`. */
const debMarks: readonly Mark[] = [
  [/deb\.sury\.org/, "deb.sury.org"],
  [/\+0~\d{8}\.\d{1,6}\+(?:debian|ubuntu)\d/, "packages.sury.org"],
  [/nodesource/, "NodeSource"],
  [/\.pgdg\d/, "apt.postgresql.org"],
  [/[+~]maria~/, "MariaDB"],
  [/[+~-]pve\d/, "Proxmox"],
  [/~ppa\d|\dppa\d/, "a personal package archive"],
  [/~(?:debian|ubuntu)\.\d{1,2}(?:\.\d{1,2})?~[a-z]{1,20}$/, "download.docker.com"],
  [new RegExp(`[~+]${CODE_NAMES}\\d{0,3}$`), "a repository outside of the distribution"],
];

/** Releases of rpm: `8.2.7-1.el9.remi`, `15.3-1PGDG.rhel9`, `18.16.0-1nodesource`. */
const rpmMarks: readonly Mark[] = [
  [/\.remi(?:$|\.)/, "rpms.remirepo.net"],
  [/nodesource/, "NodeSource"],
  [/PGDG/, "yum.postgresql.org"],
  [/\.elrepo(?:$|\.)/, "ELRepo"],
  [/\.ius(?:$|\.)/, "IUS"],
  [/\.ngx(?:$|\.)/, "nginx.org"],
];

/**
 * Vendors of rpm packages that build for distributions of others, and the distributions (`ID` of os-release) where they are at home.
 * `Fedora Project` builds EPEL.
 */
const rpmVendors: readonly (readonly [sign: RegExp, home: readonly string[]])[] = [
  [/^Fedora Project/i, ["fedora"]],
  [/^Remi'?s /i, []],
  [/^Docker/i, []],
  [/^NVIDIA/i, []],
  [/^NodeSource/i, []],
  [/^PostgreSQL/i, []],
  [/^ELRepo/i, []],
  [/^(?:The )?IUS/i, []],
  [/^NGINX/i, []],
  [/^MariaDB/i, []],
  [/^Percona/i, []],
  [/^MongoDB/i, []],
  [/^Elastic/i, []],
  [/^HashiCorp/i, []],
  [/^Grafana/i, []],
  [/^Google/i, []],
  [/^Kubernetes/i, []],
  [/^Microsoft/i, ["azurelinux", "mariner", "cbl"]],
  [/^Oracle and\/or its affiliates/i, ["ol"]],
];

type Place = Pick<Distro, "id">;

/** Derived distributions write marks of their own. */
const DEB_HOMES: readonly string[] = ["debian", "ubuntu"];

/** The keys of a Debian package, with the repository that it comes from where that is known. */
export function markDebs(
  pkg: Package,
  distro: Place | null,
  keys: readonly AdvisoryKey[],
): readonly AdvisoryKey[] {
  if (distro === null || !DEB_HOMES.includes(distro.id)) return keys;
  return mark(keys, markOf(debMarks, pkg.version));
}

/** The keys of an rpm package, with the repository that it comes from where that is known. */
export function markRpms(
  pkg: Package,
  distro: Place | null,
  keys: readonly AdvisoryKey[],
): readonly AdvisoryKey[] {
  if (distro === null) return keys;
  const vendor = pkg.author ?? "";
  const isOthers = rpmVendors.some(([sign, home]) => sign.test(vendor) && !home.includes(distro.id));
  return mark(keys, markOf(rpmMarks, pkg.version) ?? (isOthers ? vendor : null));
}

/** The repository that a package URL's version gives away; null: none, or the distribution's own. */
export function repositoryOfPurl(purl: string, distro: Place | null): string | null {
  const [, type = "", written = ""] = /^pkg:(deb|rpm)\/[^@?#]{1,500}@([^?#]{1,500})/.exec(purl) ?? [];
  if (type === "rpm") return markOf(rpmMarks, written);
  if (type !== "deb" || distro === null || !DEB_HOMES.includes(distro.id)) return null;
  // The only characters of versions that package URLs escape: plus and colon; the tilde stays.
  return markOf(debMarks, written.replaceAll(/%2b/gi, "+").replaceAll(/%3a/gi, ":").replaceAll(/%7e/gi, "~"));
}

function markOf(marks: readonly Mark[], version: string): string | null {
  return marks.find(([sign]) => sign.test(version))?.[1] ?? null;
}

function mark(keys: readonly AdvisoryKey[], repository: string | null): readonly AdvisoryKey[] {
  return repository === null ? keys : keys.map((key) => ({ ...key, repository }));
}
