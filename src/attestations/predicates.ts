/** What Plimsoll says of an image, as predicates of in-toto statements. */
import type { Analysis } from "../domain/analysis.ts";
import type { FindingFacts } from "../domain/policy.ts";
import { isRemoved } from "../domain/removed.ts";
import type { VirusScan } from "../domain/hygiene.ts";
import { placeText, type SecretsResult } from "../domain/secret.ts";

export const findingsType = "https://in-toto.io/attestation/vulns/v0.1";
export const healthType = "urn:plimsoll:attestation:health:v1";
export const verdictType = "urn:plimsoll:attestation:verdict:v1";
export const documentType = "urn:plimsoll:attestation:document:v1";
export const secretsType = "https://scout.docker.com/secrets/v0.1";
export const malwareType = "https://scout.docker.com/virus/v0.1";
export const vexType = "https://openvex.dev/ns/v0.2.0";

export interface Making {
  readonly toolVersion: string;
  readonly now: Date;
}

/** The findings that count, by vulnerability and package (github.com/in-toto/attestation, predicates/vuln.md). */
export function findingsPredicate(
  { findings, database }: Pick<Analysis, "findings" | "database">,
  { toolVersion, now }: Making,
): object {
  const counted = (findings ?? []).filter((finding) => !finding.suppressed && !isRemoved(finding));
  return {
    scanner: {
      uri: "urn:plimsoll",
      version: toolVersion,
      db: database === null ? null : { version: database.digest, lastUpdate: database.updatedAt },
      result: counted.map(toResult),
    },
    metadata: { scanStartedOn: now.toISOString(), scanFinishedOn: now.toISOString() },
  };
}

function toResult(finding: FindingFacts): object {
  const { vulnerability, aliases, severity, cvss, status, fixedVersion } = finding;
  return {
    id: vulnerability,
    severity: [
      { method: "plimsoll", score: severity },
      ...(cvss === null || cvss.score === null
        ? []
        : [{ method: cvss.type ?? "score", score: String(cvss.score) }]),
    ],
    annotations: [
      { purl: finding.package.purl },
      { status },
      ...(fixedVersion === null ? [] : [{ fixedVersion }]),
      ...(aliases.length === 0 ? [] : [{ aliases: aliases.join(" ") }]),
    ],
  };
}

/** Grade and counts, and how far they may be relied on: what a badge shows. */
export function healthPredicate(
  { findings, verdict, database, sbom, demonstration }: Analysis,
  { toolVersion, now }: Making,
): object {
  const counted = (findings ?? []).filter((finding) => !finding.suppressed && !isRemoved(finding));
  const undetermined = counted.filter(({ status }) => status === "undetermined").length;
  const affected = counted.filter(({ status }) => status !== "undetermined");
  const bySeverity = Object.groupBy(affected, ({ severity }) => severity);
  const score = verdict?.score ?? null;
  return {
    tool: { name: "plimsoll", version: toolVersion },
    evaluatedAt: now.toISOString(),
    grade: score?.grade ?? null,
    percent: score?.percent ?? null,
    reason: score === null ? "no policy was evaluated" : score.reason,
    status: verdict?.status ?? null,
    policies: (verdict?.results ?? []).map(({ policy, title, status, weight }) => ({
      policy,
      title,
      status,
      weight,
    })),
    findings:
      findings === null
        ? null
        : {
            critical: bySeverity.critical?.length ?? 0,
            high: bySeverity.high?.length ?? 0,
            medium: bySeverity.medium?.length ?? 0,
            low: bySeverity.low?.length ?? 0,
            unspecified: bySeverity.unspecified?.length ?? 0,
            undetermined,
          },
    packages: sbom.packages.length,
    completeness: sbom.completeness,
    database: database === null ? null : { updatedAt: database.updatedAt, stale: database.stale },
    demonstration,
  };
}

/** A list that is empty where nothing was found, as in Docker's attestations; each without its value. */
export function secretsPredicate({ findings }: SecretsResult): readonly object[] {
  return findings.map(({ rule, title, severity, place, shown }) => ({
    rule,
    title,
    severity,
    place: placeText(place),
    shown,
  }));
}

/** The report of ClamAV as its own program prints it, in base64, as in Docker's attestations. */
export function malwarePredicate({ hits }: Pick<VirusScan, "hits">): object {
  const lines = hits.map(({ signature, path, layerIndex }) => {
    const place = [layerIndex === null ? [] : `layer ${layerIndex}`, path ?? []].flat().join(" ");
    return `${place || "image"}: ${signature} FOUND`;
  });
  const summary = ["", "----------- SCAN SUMMARY -----------", `Infected files: ${hits.length}`, ""];
  const report = Buffer.from([...lines, ...summary].join("\n")).toString("base64");
  return { scanner: { uri: "https://www.clamav.net", report } };
}
