/**
 * Steps 4 and 5 on any list of packages: their advisories gathered in one batch, and matched. What comes out for a package
 * depends on the package, the distro and the advisories alone, never on the image or its other packages.
 */
import type { Finding } from "../domain/finding.ts";
import type { AdvisoryKey, BuildStage, Distro, Package } from "../domain/package.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import type { Problem } from "../domain/problem.ts";
import { isOfOtherRepository, lookUpKeys, schemeOf } from "../ecosystems/look-up.ts";
import { contextIds, joinContexts, joinedOf, type Contexts } from "../matching/join-contexts.ts";
import {
  allKeysOf,
  compareFindings,
  match,
  matchHeads,
  type MatchResult,
  type MatchSubject,
} from "../matching/match.ts";
import { packageFromPurl } from "../sbom/package-from-purl.ts";
import { advisoryDigests } from "./advisory-digest.ts";
import type { Stopwatch } from "./stopwatch.ts";

/**
 * Packages with the keys under which advisories may name them; none where the ecosystem or the distro is not known. What a package
 * of the distribution owns is judged by what is said of its owner first; an owner from another repository is judged by nobody, so
 * what it brought is judged like any other. Packages of a build stage are looked up by the distro of that stage.
 */
export function matchSubjects(
  packages: readonly Package[],
  distro: Distro | null,
  stages: readonly BuildStage[] = [],
): readonly MatchSubject[] {
  const distros = new Map(stages.map((stage) => [stage.name, stage.distro]));
  const owners = new Map<string, MatchSubject["owner"]>();
  return packages.map((pkg) => {
    const place = pkg.stage === undefined ? distro : (distros.get(pkg.stage) ?? null);
    const subject = { package: pkg, keys: lookUpKeys(pkg, place), scheme: schemeOf(pkg) ?? "" };
    const { ownedBy } = pkg;
    if (ownedBy === undefined || isOfOtherRepository(ownedBy, place)) return subject;
    const identity = `${pkg.stage ?? ""}\n${ownedBy}`;
    const owner = owners.get(identity) ?? ownerOf(ownedBy, place);
    owners.set(identity, owner);
    return { ...subject, owner };
  });
}

function ownerOf(purl: string, distro: Distro | null): NonNullable<MatchSubject["owner"]> {
  const read = packageFromPurl(purl);
  return { purl, keys: read === null ? [] : lookUpKeys(read.package, distro ?? read.distro) };
}

export interface GatheredMatch extends MatchResult {
  /** What is known of the vulnerabilities that were found, by any of their ids. */
  readonly contexts: Contexts;
}

export interface GatherOptions {
  /** Null: nobody asks for times. */
  readonly watch: Stopwatch | null;
  /** Whose severity counts before the rule: `nvd`, `debian`; see `matching/rating.ts`. */
  readonly severitySources: readonly string[];
}

/** Gathers and matches. @throws PlimsollError DATABASE_INVALID when a damaged block is met */
export function gatherAndMatch(
  subjects: readonly MatchSubject[],
  database: AdvisoryDatabase,
  { watch, severitySources }: GatherOptions,
): GatheredMatch {
  const heads = database.findHeads(subjects.flatMap(allKeysOf));
  watch?.lap("gather", heads.size);
  const complete = database.complete.bind(database);
  return withContexts(
    matchHeads({ packages: subjects, advisories: heads, complete }),
    database,
    severitySources,
  );
}

function withContexts(
  { findings, problems }: MatchResult,
  database: AdvisoryDatabase,
  severitySources: readonly string[],
): GatheredMatch {
  const contexts = database.findContexts(contextIds(findings));
  const joined = joinContexts(findings, contexts, severitySources);
  return { contexts, problems, findings: joined.toSorted(compareFindings) };
}

/** What is known of one package. */
export interface PackageMatch {
  readonly package: Package;
  /** Where advisories of it and of its owner are looked up; empty: no advisory can name it. */
  readonly keys: readonly AdvisoryKey[];
  /** By severity, then vulnerability id. Each holds `package`, with its evidence. */
  readonly findings: readonly Finding[];
  /**
   * `sha256:…` over all advisories found for `keys`, those that do not hold the version included, and the ratings of the
   * vulnerabilities that were found.
   */
  readonly advisoryDigest: string;
}

export interface PackageMatches {
  /** One for each package, in their order. */
  readonly packages: readonly PackageMatch[];
  /** See `MatchResult`. */
  readonly problems: readonly Problem[];
}

/** The findings of each package. @throws PlimsollError DATABASE_INVALID when a damaged block is met */
export function matchPackages(
  packages: readonly Package[],
  distro: Distro | null,
  database: AdvisoryDatabase,
): PackageMatches {
  const subjects = matchSubjects(packages, distro);
  // Whole, because all of them are what the digests are of.
  const advisories = database.findAdvisories(subjects.flatMap(allKeysOf));
  const matched = match({ packages: subjects, advisories });
  const { contexts, findings, problems } = withContexts(matched, database, []);
  const digestOf = advisoryDigests(advisories);
  const byPackage = Map.groupBy(findings, (finding) => finding.package);
  return {
    packages: subjects.map((subject) => {
      const pkg = subject.package;
      const keys = allKeysOf(subject);
      const own = byPackage.get(pkg) ?? [];
      return {
        package: pkg,
        keys,
        findings: own,
        advisoryDigest: digestOf(keys, joinedOf(own, contexts)),
      };
    }),
    problems,
  };
}
