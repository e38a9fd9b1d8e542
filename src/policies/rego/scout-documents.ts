/** The documents that modules read: the image as `input`, packages, vulnerabilities and statements as predicates. */
import type { SeverityRating } from "../../domain/advisory.ts";
import type { Package } from "../../domain/package.ts";
import type { FindingFacts, ImageFacts } from "../../domain/policy.ts";
import { isCounted } from "../shared/counted.ts";
import { shortName } from "./image-name.ts";

/** What modules read as `input`. `repository`: canonical name of the image, or null. */
export function inputOf(facts: ImageFacts, repository: string | null): unknown {
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

/** A package as an artifact of the SBOM. */
export function artifactOf(pkg: Package): unknown {
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
export function vulnerabilitiesOf(findings: readonly FindingFacts[]): unknown {
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
export function vexOf(findings: readonly FindingFacts[]): unknown {
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
