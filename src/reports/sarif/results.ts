/**
 * Results: one per finding, suppressed and undetermined ones included.
 */
import { createHash } from "node:crypto";
import type { ResolvedImage } from "../../domain/image.ts";
import { printable } from "../../domain/problem.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { isRemoved } from "../../domain/removed.ts";
import { packageName } from "../../domain/package-name.ts";
import { isUndetermined } from "../shared/counts.ts";
import { fixText } from "../shared/finding-words.ts";
import { findPlaces, type Place } from "../shared/places.ts";
import { suppressionTexts, targetName } from "../shared/words.ts";
import { pathUri } from "./path-uri.ts";
import { levels, ruleIds } from "./rules.ts";

export function toResults(findings: readonly FindingFacts[], image: ResolvedImage): readonly object[] {
  const indexes = new Map(ruleIds(findings).map((id, index) => [id, index]));
  return findings.map((finding) => toResult(finding, indexes.get(finding.vulnerability) ?? -1, image));
}

function toResult(finding: FindingFacts, ruleIndex: number, image: ResolvedImage): object {
  const places = findPlaces(finding.package, image);
  const undetermined = isUndetermined(finding);
  return {
    ruleId: printable(finding.vulnerability, 200),
    ruleIndex,
    // SARIF 3.27.10: a result that is no failure has no level. `review` asks a person to decide.
    kind: undetermined ? "review" : "fail",
    level: undetermined ? "none" : levels[finding.severity],
    message: { text: message(finding) },
    locations:
      places.length === 0 ? [bareLocation(finding, image)] : places.map((place) => location(finding, place)),
    partialFingerprints: fingerprints(finding, places),
    ...(finding.suppressed || isRemoved(finding) ? { suppressions: suppressions(finding) } : {}),
    properties: {
      purl: finding.package.purl,
      status: finding.status,
      affectedRange: finding.affectedRange,
      fixedVersion: finding.fixedVersion,
      fixState: finding.fixState,
      fixNote: finding.fixNote,
      kind: finding.kind,
      severity: finding.severity,
      severitySource: finding.rating?.source ?? null,
      aliases: finding.aliases,
      kev: finding.context.kev !== null,
      epss: finding.context.epss?.score ?? null,
      demonstration: finding.demonstration,
    },
  };
}

function message(finding: FindingFacts): string {
  const { package: pkg, vulnerability } = finding;
  const subject = printable(`${packageName(pkg)} ${pkg.version}`, 300);
  const id = printable(vulnerability, 200);
  if (isUndetermined(finding)) {
    return `UNDETERMINED: it could not be decided whether ${id} applies to ${subject}: ${printable(finding.reason ?? "no reason is known")}`;
  }
  const fixed =
    finding.fixedVersion === null
      ? unfixedText(finding)
      : `Fixed in ${printable(finding.fixedVersion, 200)}.`;
  const demonstration = finding.demonstration ? " (demonstration data)" : "";
  return `${subject} is affected by ${id}${demonstration}. ${fixed}`;
}

function unfixedText(finding: FindingFacts): string {
  if (finding.fixState === "unknown") return "No fix is known.";
  return `No fix: ${printable(fixText(finding), 400)}.`;
}

function location(finding: FindingFacts, place: Place): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: pathUri(place.path), uriBaseId: "IMAGE_ROOT" },
      region: { startLine: 1 },
    },
    logicalLocations: [packageLocation(finding)],
    message: { text: placeText(place) },
  };
}

/** Code scanning wants a physical location of every result; without one it is the image itself. */
function bareLocation(finding: FindingFacts, image: ResolvedImage): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: pathUri(targetName(image)) },
      region: { startLine: 1 },
    },
    logicalLocations: [packageLocation(finding)],
  };
}

function packageLocation({ package: pkg }: FindingFacts): object {
  return { name: printable(pkg.name, 200), fullyQualifiedName: printable(pkg.purl, 1000), kind: "module" };
}

function placeText({ path, layer, command, lines }: Place): string {
  const of = layer === null ? "" : ` in layer ${layer}`;
  const by = command === null ? "" : `, built by ${command}`;
  return printable(`${path}${of}${by}${lines === null ? "" : ` (${lines})`}`, 600);
}

/** Stable while the same vulnerability stays in the same package at the same path, whatever its version. */
function fingerprints(finding: FindingFacts, places: readonly Place[]): Readonly<Record<string, string>> {
  const { ecosystem, namespace, name } = finding.package;
  const identity = [finding.vulnerability, ecosystem, namespace ?? "", name, places[0]?.path ?? ""];
  const hash = createHash("sha256").update(JSON.stringify(identity)).digest("hex");
  return { primaryLocationLineHash: `${hash.slice(0, 32)}:1`, "plimsollFinding/v1": hash };
}

/** Never empty: SARIF 3.27.23 reads an empty list as "not suppressed". */
function suppressions(finding: FindingFacts): readonly object[] {
  const { removedIn } = finding.package;
  const gone = removedIn === undefined ? [] : [`layer ${removedIn.layerIndex} removes the package`];
  const texts = [...gone, ...suppressionTexts(finding)];
  return (texts.length === 0 ? ["suppressed"] : texts).map((text) => ({
    kind: "external",
    status: "accepted",
    justification: printable(text, 1000),
  }));
}
