/**
 * Exceptions applied to assessed findings, after statements. Nothing is dropped: a finding carries the exception that applies
 * to it. A false positive makes it `not_affected`; an accepted risk leaves its status; both suppress it. An exception never
 * takes back a suppression, and one that has ended does nothing. Where an organisation judges, one that is only proposed is told
 * and decides nothing.
 */
import type { PackageURL } from "packageurl-js";
import { exceptionTier, repositoriesOf, type Exception } from "../domain/exception.ts";
import type { AssessedFinding } from "../domain/finding.ts";
import { packageName } from "../domain/package-name.ts";
import type { Package } from "../domain/package.ts";
import { trustTiers, type TrustTier } from "../domain/vex.ts";
import { matchesWildcard } from "../domain/wildcard.ts";
import {
  canonicalRepository,
  imageIdOfReference,
  imageMatch,
  type VexImageIdentity,
} from "./shared/image-identity.ts";
import { packageMatch, packageSubject, readPurl, type PackageSubject } from "./shared/package-identity.ts";

export interface ExceptionOptions {
  readonly image: VexImageIdentity;
  /** Decides which exceptions have ended: at the instant of its expiry one has. */
  readonly now: Date;
  /** Whoever is trusted less only proposes. Absent: everybody decides. */
  readonly tierMin?: TrustTier;
}

/**
 * The findings in their order, each with the exception that applies to it: of several the one that is trusted furthest, then the
 * newest decision.
 */
export function applyExceptions(
  findings: readonly AssessedFinding[],
  exceptions: readonly Exception[],
  options: ExceptionOptions,
): readonly AssessedFinding[] {
  const byId = indexExceptions(exceptions, options);
  if (byId.size === 0) return findings;
  const subjects = new Map<string, PackageSubject>();
  return findings.map((finding) => {
    const candidates = [ANY, finding.vulnerability, ...finding.aliases].flatMap(
      (id) => byId.get(id.toUpperCase()) ?? [],
    );
    if (candidates.length === 0) return finding;
    const { package: pkg } = finding;
    const subject = subjects.get(pkg.purl) ?? packageSubject(pkg);
    subjects.set(pkg.purl, subject);
    const best = candidates
      .filter(({ purl }) => purl === "any" || packageMatch(purl, subject) !== null)
      .filter(({ exception }) => fitsPatterns(exception, pkg))
      .reduce<Candidate | null>(
        (winner, next) => (winner === null || isBetter(next, winner) ? next : winner),
        null,
      );
    if (best === null) return finding;
    return best.tier < trustTiers.indexOf(options.tierMin ?? "proposed")
      ? { ...finding, proposed: { kind: "exception", exception: best.exception } }
      : except(finding, best.exception);
  });
}

const ANY = "*";

/** What stands in a place that a rule does not name is not what the rule was written for. */
function fitsPatterns({ scope }: Exception, pkg: Package): boolean {
  const { packagePattern, pathPattern } = scope;
  const names = [packageName(pkg), pkg.name, pkg.purl];
  if (packagePattern !== undefined && !names.some((name) => matchesWildcard(packagePattern, name)))
    return false;
  if (pathPattern === undefined) return true;
  const wanted = absolute(pathPattern);
  return pkg.evidence.length > 0 && pkg.evidence.every(({ path }) => matchesWildcard(wanted, absolute(path)));
}

/** A pattern that begins with `*` stays as it is. */
function absolute(path: string): string {
  return path.startsWith("/") || path.startsWith("*") ? path : `/${path}`;
}

/** An exception that is in force for this image, and the package it names. */
interface Candidate {
  readonly exception: Exception;
  readonly tier: number;
  readonly decidedMs: number;
  readonly purl: PackageURL | "any";
}

/** By vulnerability id in upper case. */
function indexExceptions(
  exceptions: readonly Exception[],
  { image, now }: ExceptionOptions,
): ReadonlyMap<string, readonly Candidate[]> {
  const byId = new Map<string, Candidate[]>();
  for (const exception of exceptions) {
    if (hasEnded(exception, now) || !isAbout(exception, image)) continue;
    // Only a rule of a file may be about any vulnerability, and its schema asks for a package or a path.
    if (exception.vulnerability === ANY && exception.location === undefined) continue;
    const purl = packageOf(exception);
    // A package URL that cannot be read names no package: doubt keeps the finding in sight.
    if (purl === null) continue;
    const decidedMs = Date.parse(exception.decidedAt);
    const id = exception.vulnerability.toUpperCase();
    const candidates = byId.get(id) ?? [];
    // A time that cannot be read is older than any that can.
    candidates.push({
      exception,
      tier: trustTiers.indexOf(exceptionTier(exception)),
      decidedMs: Number.isNaN(decidedMs) ? -Infinity : decidedMs,
      purl,
    });
    byId.set(id, candidates);
  }
  return byId;
}

function packageOf({ scope }: Exception): Candidate["purl"] | null {
  return scope.purl === null ? "any" : readPurl(scope.purl);
}

/** An end that cannot be read has come. */
function hasEnded({ expiresAt }: Exception, now: Date): boolean {
  return expiresAt !== null && !(now.getTime() < Date.parse(expiresAt));
}

function isAbout({ scope }: Exception, image: VexImageIdentity): boolean {
  if (scope.digest !== null && !isImage(scope.digest, image)) return false;
  const repositories = repositoriesOf(scope);
  if (repositories.length === 0) return scope.repositories === undefined;
  if (image.repository === null) return false;
  const own = canonicalRepository(image.repository);
  return repositories.some((repository) => canonicalRepository(repository) === own);
}

/** A file may name one image by its reference, `ghcr.io/org/app:1.2`, where the server has its digest. */
function isImage(named: string, image: VexImageIdentity): boolean {
  if (image.digests.includes(named)) return true;
  const id = imageIdOfReference(named);
  return id !== null && imageMatch(id, image) !== null;
}

/** At the same instant the accepted risk wins, because it says less; then the id, so that the order given is of no matter. */
function isBetter(left: Candidate, right: Candidate): boolean {
  if (left.tier !== right.tier) return left.tier > right.tier;
  if (left.decidedMs !== right.decidedMs) return left.decidedMs > right.decidedMs;
  const [a, b] = [left.exception, right.exception];
  if (a.kind !== b.kind) return a.kind === "accepted_risk";
  return a.id < b.id;
}

function except(finding: AssessedFinding, exception: Exception): AssessedFinding {
  const status = exception.kind === "false_positive" ? "not_affected" : finding.status;
  return { ...finding, status, exception, suppressed: true };
}
