/**
 * A claim: one advisory that names a package, and what it says about the package's version.
 */
import type { Advisory, AdvisoryHead } from "../domain/advisory.ts";
import type { AdvisoryKey, Package } from "../domain/package.ts";
import { judge, type Judgement } from "./judge.ts";

/** `Of`: the whole advisory, or what decides. */
export interface Claim<Of extends AdvisoryHead = Advisory> {
  readonly advisory: Of;
  readonly key: AdvisoryKey;
  readonly judgement: Judgement;
}

/** A package and the keys under which advisories may name it. */
export interface MatchSubject {
  readonly package: Package;
  readonly keys: readonly AdvisoryKey[];
  /** Id of the version scheme of its ecosystem: `semver`. */
  readonly scheme: string;
  /** The distribution's package that owns its files, and what advisories may name that. Absent: none. See `owned.ts`. */
  readonly owner?: { readonly purl: string; readonly keys: readonly AdvisoryKey[] };
}

/** Every key that decides the findings of a package. */
export function allKeysOf({ keys, owner }: MatchSubject): readonly AdvisoryKey[] {
  return owner === undefined ? keys : [...keys, ...owner.keys];
}

/** Advisories by `${space}\n${name}`, as `AdvisoryDatabase.findAdvisories` and `findHeads` answer. */
export type AdvisoriesByKey<Of extends AdvisoryHead = Advisory> = ReadonlyMap<string, readonly Of[]>;

/**
 * All claims about a package, the most trusted first. An advisory that two keys lead to is one claim, by the package's own name if
 * one of them is; two notices under one id (a CVE that was fixed twice) are two claims.
 */
export function claimsOf<Of extends AdvisoryHead>(
  subject: MatchSubject,
  advisories: AdvisoriesByKey<Of>,
): readonly Claim<Of>[] {
  return inOrder(gather(subject, advisories), subject);
}

/**
 * The claims that make a finding, or might, and those that speak of the same vulnerabilities, in the same order: none for most
 * packages. What is left out shares no id with them, so it changes nothing of theirs.
 */
export function tellingClaimsOf<Of extends AdvisoryHead>(
  subject: MatchSubject,
  advisories: AdvisoriesByKey<Of>,
): readonly Claim<Of>[] {
  const claims = gather(subject, advisories);
  const telling = claims.filter(({ judgement }) => judgement.state !== "unaffected");
  if (telling.length === 0) return [];
  const ids = new Set(telling.flatMap(({ advisory }) => idsOf(advisory)));
  const related = new Set(telling);
  for (let before = 0; before < related.size;) {
    before = related.size;
    for (const claim of claims) {
      if (related.has(claim) || !hasOneOf(claim.advisory, ids)) continue;
      related.add(claim);
      for (const id of idsOf(claim.advisory)) ids.add(id);
    }
  }
  return inOrder(
    claims.filter((claim) => related.has(claim)),
    subject,
  );
}

function hasOneOf({ id, aliases }: AdvisoryHead, ids: ReadonlySet<string>): boolean {
  return ids.has(id) || aliases.some((alias) => ids.has(alias));
}

function gather<Of extends AdvisoryHead>(
  subject: MatchSubject,
  advisories: AdvisoriesByKey<Of>,
): readonly Claim<Of>[] {
  const named = subject.keys.filter(({ space, name }) => advisories.has(`${space}\n${name}`));
  const [only] = named;
  if (only === undefined) return [];
  if (named.length === 1)
    return (advisories.get(`${only.space}\n${only.name}`) ?? []).map((advisory) => ({
      advisory,
      key: only,
      judgement: judgeBy(subject, only, advisory),
    }));
  const claims = new Map<string, Claim<Of>>();
  for (const key of named) {
    const seen = new Map<string, number>();
    for (const advisory of advisories.get(`${key.space}\n${key.name}`) ?? []) {
      const id = `${advisory.feed}\n${advisory.id}`;
      const nth = seen.get(id) ?? 0;
      seen.set(id, nth + 1);
      const identity = nth === 0 ? id : `${id}\n${nth}`;
      const known = claims.get(identity);
      // What is said of the package itself stands before what is said of its source package as a whole.
      if (known?.key.by === "package" && key.by === "source-package") continue;
      const judgement = judgeBy(subject, key, advisory);
      if (known !== undefined && weight(known.judgement) >= weight(judgement)) continue;
      claims.set(identity, { advisory, key, judgement });
    }
  }
  return [...claims.values()];
}

function inOrder<Of extends AdvisoryHead>(
  claims: readonly Claim<Of>[],
  { keys }: MatchSubject,
): readonly Claim<Of>[] {
  return claims
    .map((claim) => ({
      claim,
      ranks: [trust(claim), countCves(claim.advisory), keys.indexOf(claim.key)],
    }))
    .sort(
      (a, b) =>
        compareRanks(a.ranks, b.ranks) ||
        compareIds(a.claim.advisory.id, b.claim.advisory.id) ||
        compareIds(a.claim.advisory.feed, b.claim.advisory.feed),
    )
    .map(({ claim }) => claim);
}

function judgeBy(
  { package: pkg, scheme }: MatchSubject,
  key: AdvisoryKey,
  advisory: AdvisoryHead,
): Judgement {
  if (isBesideKernel(pkg, key)) return NOT_THE_KERNEL;
  const { version, repository = null, system = "", epochMayBeLost = false } = key;
  const modularity = pkg.modularity ?? null;
  return judge(advisory, { version, scheme, modularity, repository, system, epochMayBeLost });
}

/**
 * Headers, documentation and build tools come from the source of the kernel and hold nothing of it that runs. Only where they are
 * found by their source: who names the package itself means it.
 */
function isBesideKernel({ name }: Package, key: AdvisoryKey): boolean {
  if (key.by !== "source-package" || !/^(?:linux|kernel)(?:$|-)/.test(key.name)) return false;
  return BESIDE_KERNEL.test(name);
}

const BESIDE_KERNEL =
  /^(?:linux-(?:libc-dev|kbuild-|doc|source|compiler-|support-)|(?:linux|kernel)(?:-[a-z0-9]+)*-headers(?:$|-))/;

const NOT_THE_KERNEL: Judgement = {
  state: "unaffected",
  reason: "the package comes from the source of the kernel and holds none of its code that runs",
};

/** The vendor whose own word the advisories of a space are: `debian` for `deb:debian:12`; null for `npm`. */
export function vendorOf(key: AdvisoryKey): string | null {
  return key.space.split(":")[1] ?? null;
}

/** Whether the claim stands in the distribution's own feed, and not in a copy that an aggregator has of it. */
export function isVendorsFeed({ advisory, key }: Pick<Claim<AdvisoryHead>, "advisory" | "key">): boolean {
  return vendorOf(key) !== null && advisory.feed !== "osv";
}

/** Ids of an advisory: its own and its aliases. */
export function idsOf(advisory: AdvisoryHead): readonly string[] {
  return [advisory.id, ...advisory.aliases];
}

export function isCve(id: string): boolean {
  return CVE.test(id);
}

/** Order of ids by text, numbers in them by value: `CVE-2024-999` before `CVE-2024-1000`. */
export function compareIds(a: string, b: string): -1 | 0 | 1 {
  const left = CVE.exec(a);
  const right = CVE.exec(b);
  const order =
    left !== null && right !== null
      ? Number(left[1]) - Number(right[1]) || Number(left[2]) - Number(right[2])
      : 0;
  if (order !== 0) return order < 0 ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Whose ranges to believe first. In a distribution's space: its own feed before the copy in an aggregator, which may be
 * stale. Elsewhere: GHSA, whose ranges people have reviewed, before the ecosystem's database, before bare CVE records.
 */
function trust({ advisory, key }: Claim<AdvisoryHead>): number {
  if (vendorOf(key) !== null) return advisory.feed === "osv" ? 1 : 0;
  if (advisory.id.startsWith("GHSA-")) return 0;
  return isCve(advisory.id) ? 2 : 1;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function countCves(advisory: AdvisoryHead): number {
  return new Set(idsOf(advisory).filter(isCve)).size;
}

function weight(judgement: Judgement): number {
  return { affected: 2, undetermined: 1, unaffected: 0 }[judgement.state];
}

const CVE = /^CVE-([0-9]{4})-([0-9]{4,19})$/;
