/**
 * Collects the packages of one document while a reader walks it. What cannot be taken over becomes a problem, and the number
 * of problems has a ceiling, so that a hostile document cannot fill the memory with complaints.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { Distro, Evidence, Package, PackageDigest, Sbom } from "../../domain/package.ts";
import { isIncomplete, printable, type Problem, type ProblemCode } from "../../domain/problem.ts";
import { sortDigests } from "./digests.ts";
import { licenceExpressions } from "./licence.ts";
import type { OwnPackageFields } from "./own-package.ts";
import type { OwnSbomState } from "./own-properties.ts";
import { distroFromPurl, parsePurl, sourceFromUpstream, versionFrom } from "./purl.ts";

/** One package as a document writes it, before it is understood. */
export interface WrittenPackage {
  /** Its name inside the document, which edges use; null: none. */
  readonly ref: string | null;
  readonly purl: string | null;
  /** For the message when it cannot be taken over. */
  readonly name: string;
  readonly version: string | null;
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  readonly sizeBytes: number | null;
  readonly sourcePackage: Package["sourcePackage"];
  readonly evidence: readonly Evidence[];
  readonly digests?: readonly PackageDigest[];
  readonly cpes?: readonly string[];
  readonly packedSizeBytes?: number | null;
  readonly fileCount?: number | null;
  readonly modularity?: string | null;
  readonly foundBySignature?: boolean;
  /** Fields of a document of our own, which win; null for foreign documents. */
  readonly own: OwnPackageFields | null;
}

export interface DocumentReading {
  add(written: WrittenPackage): void;
  /** That the package `from` needs `to`, both by `ref`; null: that it is known to need nothing. Order does not matter. */
  edge(from: string, to: string | null): void;
  /** That the package `owner` owns the file where `owned` was found, both by `ref`. */
  ownership(owner: string, owned: string): void;
  problem(code: ProblemCode, message: string): void;
  /**
   * The SBOM read so far. `distro` is what the document says itself; without it the packages' qualifiers tell. `own` is the
   * state that a document of our own carries.
   */
  finish(distro: Distro | null, own: OwnSbomState | null): Sbom;
}

/** Packages of one document. */
const PACKAGES_MAX = 1_000_000;
/** Edges of one document. */
const EDGES_MAX = 10_000_000;
/** Problems listed one by one; the rest is counted. */
const PROBLEMS_MAX = 200;

/**
 * Starts reading a document of a format.
 * @throws PlimsollError LIMIT_EXCEEDED past a million packages or ten million edges
 */
export function startReading(format: string, version: number): DocumentReading {
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const distros = new Map<string, { distro: Distro; count: number }>();
  const positions = new Map<string, number>();
  const edges = new Map<string, Set<string>>();
  const owners = new Map<string, string>();
  let edgeCount = 0;
  let unlisted = 0;

  function problem(code: ProblemCode, message: string): void {
    if (problems.length >= PROBLEMS_MAX) unlisted += 1;
    else problems.push({ code, message, path: null, layer: null });
  }

  function add(written: WrittenPackage): void {
    if (packages.length >= PACKAGES_MAX) throw tooMany("packages", PACKAGES_MAX);
    const parsed = written.purl === null ? null : parsePurl(written.purl);
    if (parsed === null) {
      const what = written.purl === null ? "has no package URL" : "has a package URL that is not valid";
      problem("SBOM_FIELD_INVALID", `${printable(written.name, 120)} ${what} and cannot be judged`);
      return;
    }
    const distro = distroFromPurl(parsed);
    if (distro !== null) {
      const key = `${distro.id} ${distro.versionId ?? distro.codename ?? ""}`;
      const seen = distros.get(key);
      distros.set(key, { distro, count: (seen?.count ?? 0) + 1 });
    }
    if (written.ref !== null && !positions.has(written.ref)) positions.set(written.ref, packages.length);
    packages.push(toPackage(written, parsed));
  }

  function edge(from: string, to: string | null): void {
    edgeCount += 1;
    if (edgeCount > EDGES_MAX) throw tooMany("edges", EDGES_MAX);
    const targets = edges.get(from) ?? new Set<string>();
    edges.set(from, targets);
    if (to !== null) targets.add(to);
  }

  function finish(distro: Distro | null, own: OwnSbomState | null): Sbom {
    const found = own?.distro ?? distro ?? mostNamed([...distros.values()]);
    if (own === null && distro === null && distros.size > 1) {
      problem(
        "DISTRO_UNKNOWN",
        `the packages name ${distros.size} distributions; ${found?.name ?? ""} is taken for those that name none`,
      );
    }
    if (own === null && packages.length === 0) problem("NOTHING_FOUND", "the document lists no package");
    if (unlisted > 0) {
      problems.push({
        code: "SBOM_FIELD_INVALID",
        message: `${unlisted} more problems of this document are not listed`,
        path: null,
        layer: null,
      });
    }
    const all = [...(own?.problems ?? []), ...problems];
    return {
      distro: found,
      packages: sortPackages(connect(packages, positions, edges, owners)),
      problems: all,
      completeness: own?.completeness === "incomplete" || all.some(isIncomplete) ? "incomplete" : "complete",
      verification: own?.verification ?? "not_applicable",
      producers: own?.producers ?? { [format]: version },
      ...(own?.origin === undefined ? {} : { origin: own.origin }),
      ...(own?.stages === undefined ? {} : { stages: own.stages }),
    };
  }

  const ownership = (owner: string, owned: string): void => void owners.set(owned, owner);
  return { add, edge, ownership, problem, finish };
}

function tooMany(what: string, value: number): PlimsollError {
  return new PlimsollError("LIMIT_EXCEEDED", `the document lists more than ${value} ${what}`, {
    details: { limit: `${what}Max`, value },
  });
}

/** Edges and owners by package URL, where both ends are packages of the document. */
function connect(
  packages: readonly Package[],
  positions: ReadonlyMap<string, number>,
  edges: ReadonlyMap<string, ReadonlySet<string>>,
  owners: ReadonlyMap<string, string>,
): readonly Package[] {
  const purls = new Set(packages.map(({ purl }) => purl));
  const purlOf = (ref: string | undefined): string | undefined =>
    packages[positions.get(ref ?? "") ?? -1]?.purl;
  const connected = [...packages];
  const change = (ref: string, fields: (pkg: Package) => Partial<Package>): void => {
    const at = positions.get(ref) ?? -1;
    const pkg = connected[at];
    if (pkg !== undefined) connected[at] = { ...pkg, ...fields(pkg) };
  };
  for (const [from, targets] of edges) {
    change(from, ({ dependsOn = [] }) => {
      const needed = [...targets].flatMap((ref) => purlOf(ref) ?? []);
      return { dependsOn: [...new Set([...dependsOn, ...needed])].sort() };
    });
  }
  for (const [owned, owner] of owners) {
    const by = packages[positions.get(owner) ?? -1];
    if (by === undefined || !DISTRIBUTION_TYPES.has(by.ecosystem)) continue;
    change(owned, (pkg) => ({ ownedBy: pkg.ownedBy ?? by.purl }));
  }
  return connected.map((pkg) => withKnownOwner(pkg, purls));
}

/** Types of packages that own files of others. */
const DISTRIBUTION_TYPES = new Set(["alpm", "apk", "deb", "ebuild", "opkg", "rpm"]);

/** What is owned is judged by its owner, so an owner that is not listed is none. */
export function withKnownOwner(pkg: Package, purls: ReadonlySet<string>): Package {
  if (pkg.ownedBy === undefined || purls.has(pkg.ownedBy)) return pkg;
  const { ownedBy: _, ...free } = pkg;
  return free;
}

function toPackage(written: WrittenPackage, parsed: NonNullable<ReturnType<typeof parsePurl>>): Package {
  const { own } = written;
  const version = versionFrom(parsed, written.version);
  const evidence = own !== null && own.evidence.length > 0 ? own.evidence : written.evidence;
  return {
    ecosystem: parsed.ecosystem,
    namespace: parsed.namespace,
    name: parsed.name,
    version,
    purl: parsed.purl,
    sourcePackage:
      own === null ? (written.sourcePackage ?? sourceFromUpstream(parsed, version)) : own.sourcePackage,
    architecture: own === null ? (parsed.qualifiers["arch"] ?? null) : own.architecture,
    licenses: own?.licenses ?? licenceExpressions(written.licenses),
    author: own === null ? written.author : own.author,
    description: own?.description ?? written.description,
    sizeBytes: own?.sizeBytes ?? written.sizeBytes,
    evidence: [...evidence].sort(byPath),
    ...laterFields(written, parsed.qualifiers),
    ...own?.rest,
    ...own?.identity,
  };
}

/** The fields that are absent where they are not known. */
function laterFields(
  written: WrittenPackage,
  qualifiers: Readonly<Record<string, string>>,
): Partial<Package> {
  const { own } = written;
  const digests = sortDigests([...(written.digests ?? []), ...(own?.digests ?? [])]);
  const cpes = [...new Set([...(written.cpes ?? []), ...(own?.cpes ?? [])])].sort();
  const modularity = own === null ? (written.modularity ?? qualifiers["rpmmod"] ?? null) : null;
  return {
    ...countField("packedSizeBytes", written.packedSizeBytes),
    ...countField("fileCount", written.fileCount),
    ...(digests.length === 0 ? {} : { digests }),
    ...(cpes.length === 0 ? {} : { cpes }),
    ...(own === null || own.dependsOn.length === 0 ? {} : { dependsOn: own.dependsOn }),
    ...(modularity === null ? {} : { modularity }),
    ...(written.foundBySignature === true ? { foundBy: "signature" } : {}),
  };
}

function countField<Name extends string>(
  name: Name,
  value: number | null | undefined,
): { readonly [K in Name]?: number } {
  return value === null || value === undefined
    ? {}
    : ({ [name]: value } as { readonly [K in Name]?: number });
}

function byPath(a: Evidence, b: Evidence): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : (a.layerIndex ?? -1) - (b.layerIndex ?? -1);
}

/** Sorted by purl, then first path, then as listed; a package that is listed twice with the same content counts once. */
function sortPackages(packages: readonly Package[]): readonly Package[] {
  const unique = new Map(packages.map((pkg) => [JSON.stringify(pkg), pkg])).values();
  const keyed = [...unique].map((pkg) => [`${pkg.purl}\n${pkg.evidence[0]?.path ?? ""}`, pkg] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, pkg]) => pkg);
}

function mostNamed(seen: readonly { distro: Distro; count: number }[]): Distro | null {
  const [first] = [...seen].sort((a, b) => b.count - a.count || (a.distro.name < b.distro.name ? -1 : 1));
  return first?.distro ?? null;
}
