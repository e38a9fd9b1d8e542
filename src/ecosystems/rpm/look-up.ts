/**
 * Under which keys the advisories of rpm distributions name a package: `rpm:<os-release id>:<release>`, with the release as
 * the distribution's advisories tell it, and the name of the package, of its source package, or both.
 */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { purlQualifier } from "../shared/purl.ts";
import { markRpms } from "../shared/third-party.ts";

type Place = Pick<Distro, "id" | "versionId" | "codename">;

/** No key when the release is not known. */
export function lookUpRpm(pkg: Package, distro: Place | null): readonly AdvisoryKey[] {
  const row = distro === null ? undefined : rows.get(aliases[distro.id] ?? distro.id);
  if (distro === null || row === undefined) return [];
  const release = row.release === null ? "" : (releaseOf(row, row.release, distro.versionId, pkg) ?? null);
  if (release === null) return [];
  const space = release === "" ? `rpm:${row.id}` : `rpm:${row.id}:${release}`;
  const version = withEpoch(pkg);
  const source = pkg.sourcePackage;
  const keys: AdvisoryKey[] = [];
  if (row.names !== "sources" || source === null)
    keys.push({ space, name: pkg.name, version, by: "package", ...epochOf(version, source) });
  if (row.names !== "packages" && source !== null && (keys.length === 0 || source.name !== pkg.name)) {
    keys.push({ space, ...source, by: "source-package" });
  }
  return markRpms(pkg, distro, keys);
}

/** Package databases name the source package of every package with an epoch; a list that lacks both may have lost them. */
function epochOf(version: string, source: Package["sourcePackage"]): Pick<AdvisoryKey, "epochMayBeLost"> {
  return source === null && !/^\d+:/.test(version) ? { epochMayBeLost: true } : {};
}

/** Documents write the epoch into the package URL, where the version often lacks it. */
function withEpoch(pkg: Package): string {
  const epoch = /^\d+:/.test(pkg.version) ? null : purlQualifier(pkg.purl, "epoch");
  return epoch !== null && /^\d{1,10}$/.test(epoch) ? `${epoch}:${pkg.version}` : pkg.version;
}

/** How the advisories of a distribution name releases and packages. Red Hat names the source of what has no fix yet. */
interface Row {
  readonly id: string;
  /** First group: the release of a VERSION_ID. Null: it has no releases. */
  readonly release: RegExp | null;
  /** What its advisories name. `both`: its feeds differ in that. */
  readonly names: "packages" | "sources" | "both";
}

/** Some purls name no distribution; Red Hat's releases are told by the package's own (`.el9_2`) then. */
function releaseOf(row: Row, pattern: RegExp, versionId: string | null, pkg: Package): string | undefined {
  if (versionId !== null) {
    const release = pattern.exec(versionId)?.[1];
    return row.id === "openeuler" && release !== undefined ? release + servicePack(pkg) : release;
  }
  return pattern === MAJOR ? ENTERPRISE_RELEASE.exec(pkg.version)?.[1] : undefined;
}

/** Service packs of openEuler share a VERSION_ID and have fixes of their own; the package's release names its one. */
function servicePack(pkg: Package): string {
  const pack = /\.oe\d{4}(sp\d)/.exec(pkg.version)?.[1];
  return pack === undefined ? "" : `-${pack}`;
}

const ENTERPRISE_RELEASE = /[._]el(\d{1,2})(?!\d)/;

/** `9` of `9.4` */
const MAJOR = /^(\d{1,4})(?:\.|$)/;
/** `15.6`; `15` of the first release of a series */
const MINOR = /^(\d{1,3}(?:\.\d{1,3})?)(?:\.|$)/;

function row(id: string, release: RegExp | null, names: Row["names"]): readonly [string, Row] {
  return [id, { id, release, names }];
}

const rows: ReadonlyMap<string, Row> = new Map([
  row("almalinux", MAJOR, "packages"),
  row("amzn", MAJOR, "packages"),
  row("azurelinux", MINOR, "sources"),
  row("fedora", MAJOR, "packages"),
  row("mageia", MAJOR, "sources"),
  row("mariner", MINOR, "sources"),
  row("ol", MAJOR, "packages"),
  row("openeuler", MINOR, "sources"),
  row("opensuse-leap", MINOR, "both"),
  row("opensuse-tumbleweed", null, "both"),
  row("photon", MINOR, "sources"),
  row("rhel", MAJOR, "both"),
  row("rocky", MAJOR, "both"),
  row("sle-micro", MINOR, "both"),
  row("sles", MINOR, "both"),
]);

/** Names of the same distribution, as other scanners write them too, and rebuilds that publish no advisories of their own. */
const aliases: Readonly<Record<string, string>> = {
  alma: "almalinux",
  amazon: "amzn",
  "cbl-mariner": "mariner",
  centos: "rhel",
  cbl: "mariner",
  opensuse: "opensuse-leap",
  oracle: "ol",
  redhat: "rhel",
  sled: "sles",
  sles_sap: "sles",
  "sl-micro": "sle-micro",
  slem: "sle-micro",
};
