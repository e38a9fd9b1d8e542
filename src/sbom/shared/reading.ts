/**
 * Collects the packages of one document while a reader walks it. What cannot be taken over becomes a problem, and the number
 * of problems has a ceiling, so that a hostile document cannot fill the memory with complaints.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { Distro, Evidence, Package, Sbom } from "../../domain/package.ts";
import { isIncomplete, printable, type Problem, type ProblemCode } from "../../domain/problem.ts";
import { licenceExpressions } from "./licence.ts";
import type { OwnPackageFields, OwnSbomState } from "./own-properties.ts";
import { distroFromPurl, parsePurl, sourceFromUpstream, versionFrom } from "./purl.ts";

/** One package as a document writes it, before it is understood. */
export interface WrittenPackage {
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
  /** Fields of a document of our own, which win; null for foreign documents. */
  readonly own: OwnPackageFields | null;
}

export interface DocumentReading {
  add(written: WrittenPackage): void;
  problem(code: ProblemCode, message: string): void;
  /**
   * The SBOM read so far. `distro` is what the document says itself; without it the packages' qualifiers tell. `own` is the
   * state that a document of our own carries.
   */
  finish(distro: Distro | null, own: OwnSbomState | null): Sbom;
}

/** Packages of one document. */
const PACKAGES_MAX = 1_000_000;
/** Problems listed one by one; the rest is counted. */
const PROBLEMS_MAX = 200;

/** Starts reading a document of a format. @throws PlimsollError LIMIT_EXCEEDED past a million packages */
export function startReading(format: string, version: number): DocumentReading {
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const distros = new Map<string, { distro: Distro; count: number }>();
  let unlisted = 0;

  function problem(code: ProblemCode, message: string): void {
    if (problems.length >= PROBLEMS_MAX) unlisted += 1;
    else problems.push({ code, message, path: null, layer: null });
  }

  function add(written: WrittenPackage): void {
    if (packages.length >= PACKAGES_MAX) {
      throw new PlimsollError("LIMIT_EXCEEDED", `the document lists more than ${PACKAGES_MAX} packages`, {
        details: { limit: "packagesMax", value: PACKAGES_MAX },
      });
    }
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
    packages.push(toPackage(written, parsed));
  }

  function finish(distro: Distro | null, own: OwnSbomState | null): Sbom {
    const found = own?.distro ?? distro ?? mostNamed([...distros.values()]);
    if (own === null && distro === null && distros.size > 1) {
      problem(
        "DISTRO_UNKNOWN",
        `the packages name ${distros.size} distributions; ${found?.name ?? ""} is taken`,
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
      packages: sortPackages(packages),
      problems: all,
      completeness: own?.completeness === "incomplete" || all.some(isIncomplete) ? "incomplete" : "complete",
      verification: own?.verification ?? "not_applicable",
      producers: own?.producers ?? { [format]: version },
    };
  }

  return { add, problem, finish };
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
    sourcePackage: own?.sourcePackage ?? written.sourcePackage ?? sourceFromUpstream(parsed, version),
    architecture: own?.architecture ?? parsed.qualifiers["arch"] ?? null,
    licenses: own?.licenses ?? licenceExpressions(written.licenses),
    author: own?.author ?? written.author,
    description: written.description,
    sizeBytes: own?.sizeBytes ?? written.sizeBytes,
    evidence: [...evidence].sort(byPath),
  };
}

function byPath(a: Evidence, b: Evidence): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : (a.layerIndex ?? -1) - (b.layerIndex ?? -1);
}

/** Sorted by purl, then first path; a package that is listed twice with the same content counts once. */
function sortPackages(packages: readonly Package[]): readonly Package[] {
  const keyed = new Map<string, Package>();
  for (const pkg of packages) {
    keyed.set(`${pkg.purl}\n${pkg.evidence[0]?.path ?? ""}\n${JSON.stringify(pkg)}`, pkg);
  }
  return [...keyed.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, pkg]) => pkg);
}

function mostNamed(seen: readonly { distro: Distro; count: number }[]): Distro | null {
  const [first] = [...seen].sort((a, b) => b.count - a.count || (a.distro.name < b.distro.name ? -1 : 1));
  return first?.distro ?? null;
}
