/**
 * The facts of an image in the shapes that modules for `docker scout policy` read: `input`, and the statements that
 * `oci.referrer` hands out by their predicate type.
 */
import type { SeverityRating } from "../../domain/advisory.ts";
import type { Package } from "../../domain/package.ts";
import type { FindingFacts, ImageFacts } from "../../domain/policy.ts";
import { isCounted } from "../shared/counted.ts";

/** What `oci.referrer` answers. */
export interface Referrer {
  readonly statement: {
    readonly _type: string;
    readonly predicateType: string;
    readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
    readonly predicate: unknown;
  };
  /** Reference of the attestation itself; absent: it is not known where it lies. */
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
  /** Fixed versions by package URL. */
  readonly fixes: Readonly<Record<string, string>>;
  /** Why something is not known, by predicate type, and by name for other facts. */
  readonly missing: Readonly<Record<string, string>>;
}

export interface BaseMatch {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
  readonly current_digest: string;
}

export const predicateTypes = {
  vulnerabilities: "https://scout.docker.com/vulnerabilities/v0.1",
  sbom: "https://scout.docker.com/sbom/v0.1",
  provenance: "https://scout.docker.com/provenance/v0.1",
  vex: "https://openvex.dev/ns/v0.2.0",
} as const;

const STATEMENT_TYPE = "https://in-toto.io/Statement/v0.1";

/** `repository`: canonical name of the image, or null. */
export function toScoutFacts(facts: ImageFacts, repository: string | null): ScoutFacts {
  const referrers: Record<string, Referrer> = attestedReferrers(facts);
  const missing: Record<string, string> = {};
  const add = (type: string, predicate: unknown, reason: string | undefined): void => {
    if (predicate !== null) referrers[type] = referrerOf(facts, type, predicate);
    if (reason !== undefined) missing[type] = reason;
  };
  const { findings, packages, baseImage } = facts;
  const base = baseImage === null || baseImage.evidence === "claimed" ? null : baseImage;
  add(
    predicateTypes.vulnerabilities,
    findings === null ? null : vulnerabilitiesOf(findings),
    facts.missing.findings,
  );
  add(
    predicateTypes.sbom,
    packages === null ? null : { artifacts: packages.map(artifactOf) },
    facts.missing.packages,
  );
  add(
    predicateTypes.provenance,
    base === null || base.scratch ? null : { base_image: baseOf(base) },
    base === null ? (facts.missing.baseImage ?? "the base image is only claimed") : undefined,
  );
  add(predicateTypes.vex, findings === null ? null : vexOf(findings), facts.missing.findings);
  if (facts.attestations === null) missing["attestations"] = facts.missing.attestations ?? "not known";
  return {
    input: inputOf(facts, repository),
    referrers,
    now: facts.now.toISOString(),
    baseImage: base === null || base.scratch ? null : matchOf(base),
    tags: tagsOf(base),
    fixes: fixesOf(findings ?? []),
    missing,
  };
}

/** The image's own attestations; of several of a type the one that proves most: verified, then about this image, then the first. */
function attestedReferrers(facts: ImageFacts): Record<string, Referrer> {
  const rank = ({ trust, subjectDigests }: NonNullable<ImageFacts["attestations"]>[number]): number => {
    const isAbout = facts.imageDigest !== null && subjectDigests.includes(facts.imageDigest);
    return (trust === "verified" ? 0 : 2) + (isAbout ? 0 : 1);
  };
  const found: Record<string, Referrer> = {};
  for (const attestation of (facts.attestations ?? []).toSorted((a, b) => rank(a) - rank(b))) {
    const { predicateType, predicate, subjectDigests } = attestation;
    found[predicateType] ??= {
      statement: {
        _type: STATEMENT_TYPE,
        predicateType,
        subject: subjectDigests.map((digest) => ({ name: "", digest: digestMap(digest) })),
        predicate,
      },
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

function inputOf(facts: ImageFacts, repository: string | null): unknown {
  const { config, image } = facts;
  return {
    source: {
      type: "image",
      image: {
        name: repository === null ? "" : shortName(repository),
        digest: facts.imageDigest ?? "",
        ...(config === null
          ? {}
          : {
              config: {
                architecture: config.platform.architecture,
                os: config.platform.os,
                ...(config.createdAt === null ? {} : { created: config.createdAt }),
                config: {
                  // As Docker writes it: what is empty is left out, and `not user` holds.
                  ...(config.user === "" ? {} : { User: config.user }),
                  Labels: config.labels,
                  Env: config.env,
                  Entrypoint: config.entrypoint,
                  Cmd: config.cmd,
                  WorkingDir: config.workingDir,
                },
                history: config.history.map(({ createdBy, emptyLayer }) => ({
                  created_by: createdBy ?? "",
                  empty_layer: emptyLayer,
                })),
              },
            }),
        size: image?.sizeBytes ?? 0,
      },
    },
    artifacts: (facts.packages ?? []).map(artifactOf),
  };
}

/** `docker.io/library/nginx` -> `nginx`, `docker.io/org/app` -> `org/app`; others in full. */
function shortName(repository: string): string {
  return repository.replace(/^docker\.io\/(?:library\/)?/, "");
}

function artifactOf(pkg: Package): unknown {
  return {
    type: pkg.ecosystem,
    namespace: pkg.namespace ?? "",
    name: pkg.name,
    version: pkg.version,
    purl: pkg.purl,
    licenses: pkg.licenses,
    author: pkg.author ?? "",
    description: pkg.description ?? "",
    size: pkg.sizeBytes ?? 0,
    locations: pkg.evidence.map(({ path, layer, layerIndex }) => ({
      path: `/${path}`,
      diff_id: layer ?? "",
      ordinal: layerIndex ?? -1,
    })),
  };
}

/** Suppressed findings leave the input, as they leave Scout's. */
function vulnerabilitiesOf(findings: readonly FindingFacts[]): unknown {
  const byPackage = new Map<string, unknown[]>();
  for (const finding of findings.filter(isCounted)) {
    const { purl } = finding.package;
    byPackage.set(purl, [...(byPackage.get(purl) ?? []), vulnerabilityOf(finding)]);
  }
  return [...byPackage].map(([purl, vulnerabilities]) => ({ purl, vulnerabilities }));
}

function vulnerabilityOf(finding: FindingFacts): unknown {
  const { epss, kev } = finding.context;
  return {
    source_id: finding.vulnerability,
    aliases: finding.aliases,
    source: finding.evidence[0]?.advisory.feed ?? "",
    description: finding.summary,
    vulnerable_range: finding.affectedRange,
    ...(finding.fixedVersion === null ? {} : { fixed_by: finding.fixedVersion }),
    published_at: finding.publishedAt ?? "",
    updated_at: finding.modifiedAt ?? "",
    cvss: cvssOf(finding.severity, finding.cvss),
    cwes: finding.cwes.map((id) => ({ cwe_id: id })),
    ...(epss === null ? {} : { epss: { score: epss.score, percentile: epss.percentile } }),
    cisa_exploited: kev !== null,
    url: finding.url ?? "",
  };
}

function cvssOf(severity: string, rating: SeverityRating | null): unknown {
  return {
    severity: severity.toUpperCase(),
    ...(rating?.score === null || rating === null ? {} : { score: rating.score }),
    ...(rating?.vector === null || rating === null ? {} : { vector: rating.vector }),
  };
}

/** What statements say of the findings, with the package as the product: modules compare it with the package URL. */
function vexOf(findings: readonly FindingFacts[]): unknown {
  const statements = findings.flatMap(({ statement, vulnerability, package: pkg }) =>
    statement === null
      ? []
      : [
          {
            vulnerability: { name: vulnerability },
            products: [{ "@id": pkg.purl }],
            status: statement.status,
            ...(statement.justification === null ? {} : { justification: statement.justification }),
            timestamp: statement.timestamp,
          },
        ],
  );
  return { "@context": "https://openvex.dev/ns/v0.2.0", statements };
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

/** The version that clears a package's findings, where they agree on one. */
function fixesOf(findings: readonly FindingFacts[]): Readonly<Record<string, string>> {
  const versions = new Map<string, Set<string | null>>();
  for (const { package: pkg, fixedVersion } of findings.filter(isCounted)) {
    versions.set(pkg.purl, (versions.get(pkg.purl) ?? new Set()).add(fixedVersion));
  }
  return Object.fromEntries(
    [...versions].flatMap(([purl, all]) => {
      const [only = null, ...others] = all;
      return only === null || others.length > 0 ? [] : [[purl, only]];
    }),
  );
}
