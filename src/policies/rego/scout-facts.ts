/**
 * The facts of an image in the shapes that modules for `docker scout policy` read: `input`, and the statements that
 * `oci.referrer` hands out by their predicate type.
 */
import type { Attestation } from "../../domain/image.ts";
import type { FindingFacts, ImageFacts } from "../../domain/policy.ts";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { isCounted } from "../shared/counted.ts";
import { compareVersions } from "../shared/version-range.ts";
import { shortName } from "./image-name.ts";
import { materialsOf, type Material } from "./materials.ts";
import { artifactOf, inputOf, vexOf, vulnerabilitiesOf } from "./scout-documents.ts";

/** What `oci.referrer` answers. */
export interface Referrer {
  readonly statement: {
    readonly _type: string;
    readonly predicateType: string;
    readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
    readonly predicate: unknown;
  };
  /** Reference of the manifest that holds it, `org/app@sha256:…`; absent: it is not known where it lies. */
  readonly image?: string;
}

export interface ScoutFacts {
  readonly input: unknown;
  /** By predicate type; what is not there does not exist, or is named in `missing`. */
  readonly referrers: Readonly<Record<string, Referrer>>;
  /** RFC 3339. */
  readonly now: string;
  readonly baseImage: BaseMatch | null;
  /** What each tag names now: `docker.io/library/alpine:3.22` -> `sha256:…`. */
  readonly tags: Readonly<Record<string, string>>;
  /** Versions by package URL that clear what can be cleared. */
  readonly fixes: Readonly<Record<string, string>>;
  /** What provenance tells of packages, by package URL without qualifiers. */
  readonly materials: Readonly<Record<string, Material>>;
  /** Why something is not known, by predicate type, and by name for other facts. */
  readonly missing: Readonly<Record<string, string>>;
}

export interface BaseMatch {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
  readonly current_digest: string;
}

const STATEMENT_TYPE = "https://in-toto.io/Statement/v0.1";

/** `repository`: canonical name of the image, or null. */
export function toScoutFacts(facts: ImageFacts, repository: string | null): ScoutFacts {
  const referrers: Record<string, Referrer> = attestedReferrers(facts, repository);
  const missing: Record<string, string> = {};
  const add = (type: string, predicate: unknown, reason: string | undefined): void => {
    if (predicate !== null) referrers[type] = referrerOf(facts, type, predicate);
    if (reason !== undefined) missing[type] = reason;
  };
  const { findings, packages, baseImage } = facts;
  const base = baseImage === null || baseImage.evidence === "claimed" ? null : baseImage;
  add(
    predicateTypes.scoutVulnerabilities,
    findings === null ? null : vulnerabilitiesOf(findings),
    facts.missing.findings,
  );
  add(
    predicateTypes.scoutSbom,
    packages === null ? null : { artifacts: packages.map(artifactOf) },
    facts.missing.packages,
  );
  add(
    predicateTypes.scoutProvenance,
    base === null || base.scratch ? null : { base_image: baseOf(base) },
    base === null ? (facts.missing.baseImage ?? "the base image is only claimed") : undefined,
  );
  add(predicateTypes.openVex, findings === null ? null : vexOf(findings), facts.missing.findings);
  if (facts.config === null)
    missing["config"] = facts.missing.config ?? "the image configuration is not known";
  if (facts.packages === null) missing["packages"] = facts.missing.packages ?? "the packages are not known";
  if (facts.attestations === null) missing["attestations"] = facts.missing.attestations ?? "not known";
  return {
    input: inputOf(facts, repository),
    referrers,
    now: facts.now.toISOString(),
    baseImage: base === null || base.scratch ? null : matchOf(base),
    tags: tagsOf(base),
    fixes: fixesOf(findings ?? []),
    materials: materialsOf(facts.attestations ?? []),
    missing,
  };
}

/** Stands for the name of an image without one: `localhost/layout@sha256:…`. */
export const LAYOUT = "localhost/layout";

/** The image's own attestations; of several of a type the one that proves most: verified, then about this image, then the first. */
function attestedReferrers(facts: ImageFacts, repository: string | null): Record<string, Referrer> {
  const rank = ({ trust, subjectDigests }: Attestation): number => {
    const isAbout = facts.imageDigest !== null && subjectDigests.includes(facts.imageDigest);
    return (trust === "verified" ? 0 : 2) + (isAbout ? 0 : 1);
  };
  const found: Record<string, Referrer> = {};
  for (const attestation of (facts.attestations ?? []).toSorted((a, b) => rank(a) - rank(b))) {
    const { predicateType, predicate, subjectDigests, manifestDigest, manifestRepository } = attestation;
    found[predicateType] ??= {
      statement: {
        _type: STATEMENT_TYPE,
        predicateType,
        subject: subjectDigests.map((digest) => ({ name: "", digest: digestMap(digest) })),
        predicate,
      },
      ...(manifestDigest === undefined
        ? {}
        : { image: `${manifestRepository ?? repository ?? LAYOUT}@${manifestDigest}` }),
    };
  }
  return found;
}

function referrerOf(facts: ImageFacts, predicateType: string, predicate: unknown): Referrer {
  const subject = facts.imageDigest === null ? [] : [{ name: "", digest: digestMap(facts.imageDigest) }];
  return { statement: { _type: STATEMENT_TYPE, predicateType, subject, predicate } };
}

/** `sha256:ab` -> `{ sha256: "ab" }` */
function digestMap(digest: string): Readonly<Record<string, string>> {
  const at = digest.indexOf(":");
  return { [digest.slice(0, at)]: digest.slice(at + 1) };
}

type Base = NonNullable<ImageFacts["baseImage"]>;

function baseOf({ name, tag, digest }: Base): unknown {
  return { name: shortName(name), tag: tag ?? "", digest: digest ?? "" };
}

function matchOf({ name, tag, digest, currentDigest }: Base): BaseMatch {
  return { name, tag: tag ?? "", digest: digest ?? "", current_digest: currentDigest ?? "" };
}

function tagsOf(base: Base | null): Readonly<Record<string, string>> {
  const { name = "", tag = null, currentDigest = null } = base ?? {};
  return tag === null || currentDigest === null ? {} : { [`${name}:${tag}`]: currentDigest };
}

/** The least version that clears all findings of a package that a version clears; none where versions cannot be compared. */
function fixesOf(findings: readonly FindingFacts[]): Readonly<Record<string, string>> {
  const least: Record<string, string | null> = {};
  for (const { package: pkg, fixedVersion } of findings.filter(isCounted)) {
    if (fixedVersion === null) continue;
    const known = least[pkg.purl];
    if (known === null) continue;
    const order = known === undefined ? 1 : compareVersions(pkg.ecosystem, fixedVersion, known);
    least[pkg.purl] = order === null ? null : order > 0 ? fixedVersion : (known ?? fixedVersion);
  }
  return Object.fromEntries(
    Object.entries(least).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
