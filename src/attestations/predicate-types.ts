/** Predicate types that are known by name: what they are, and what cosign calls them. */
import { PlimsollError } from "../domain/error.ts";
import { recordOf } from "../domain/json-record.ts";
import { predicateTypes } from "../domain/predicate-types.ts";
import { printable } from "../domain/problem.ts";

export interface PredicateKind {
  /** Word for command lines, e.g. `vex`. */
  readonly id: string;
  /** For people, e.g. `OpenVEX statements`. */
  readonly title: string;
  /** In full; where a version follows in practice, without it: `https://cyclonedx.org/bom`. */
  readonly type: string;
  /** What `cosign verify-attestation --type` takes; null: the type itself. */
  readonly cosign: string | null;
}

function kind(id: string, title: string, type: string, cosign: string | null = null): PredicateKind {
  return { id, title, type, cosign };
}

export const predicateKinds: readonly PredicateKind[] = [
  kind("spdx", "SPDX SBOM", predicateTypes.spdx, "spdxjson"),
  kind("cyclonedx", "CycloneDX SBOM", predicateTypes.cyclonedx, "cyclonedx"),
  kind("scout-sbom", "Scout SBOM", predicateTypes.scoutSbom),
  kind("vulnerabilities", "Vulnerabilities", "https://in-toto.io/attestation/vulns/v0.1"),
  kind("vulnerabilities-v0.2", "Vulnerabilities", "https://in-toto.io/attestation/vulns/v0.2"),
  kind(
    "cosign-vulnerabilities",
    "Vulnerabilities",
    "https://cosign.sigstore.dev/attestation/vuln/v1",
    "vuln",
  ),
  kind("scout-vulnerabilities", "Scout vulnerabilities", predicateTypes.scoutVulnerabilities),
  kind("vex", "OpenVEX statements", "https://openvex.dev/ns", "openvex"),
  kind("health", "Health", "urn:plimsoll:attestation:health:v1"),
  kind("scout-health", "Scout health score", "https://scout.docker.com/health/v0.1"),
  kind("verdict", "Plimsoll verdict", "urn:plimsoll:attestation:verdict:v1"),
  kind("gate", "Plimsoll gate verdict", "urn:plimsoll:attestation:gate:v1"),
  kind("document", "Documentation pack", "urn:plimsoll:attestation:document:v1"),
  kind("scout-provenance", "Scout provenance", predicateTypes.scoutProvenance),
  kind("provenance", "SLSA provenance", predicateTypes.provenanceV02, "slsaprovenance"),
  kind("provenance-v1", "SLSA provenance", predicateTypes.provenanceV1, "slsaprovenance1"),
  kind("vsa", "SLSA verification summary", predicateTypes.verificationSummary),
  kind("secrets", "Secrets scan", predicateTypes.secrets),
  kind("virus", "Virus scan", predicateTypes.virus),
  kind("tests", "Tests", predicateTypes.tests),
  kind("stig", "STIG scan", predicateTypes.stig),
  kind("fips", "FIPS compliance", "https://docker.com/dhi/fips/v0.1"),
  kind("changelog", "Changelog", "https://docker.com/dhi/changelog/v0.1"),
  kind("link", "in-toto link", "https://in-toto.io/Link/v1", "link"),
  kind("custom", "Custom", "https://cosign.sigstore.dev/attestation/v1", "custom"),
];

/** cosign's second word for a type. */
const cosignAliases: Readonly<Record<string, string>> = { slsaprovenance02: "slsaprovenance" };

/** The full predicate type of a word (`vex`), or the text itself where it is one already. */
export function predicateTypeOf(word: string): string {
  const known = Object.hasOwn(cosignAliases, word) ? cosignAliases[word] : word;
  return predicateKinds.find(({ id, cosign }) => id === known || cosign === known)?.type ?? word;
}

/** Words of types that are in use in several versions: who looks for one means any of them. */
const families: Readonly<Record<string, string>> = {
  provenance: "https://slsa.dev/provenance",
  vulnerabilities: "https://in-toto.io/attestation/vulns",
};

/** What a word asks for where statements are searched, for `isPredicateType`: `provenance` is SLSA's of any version. */
export function wantedTypeOf(word: string): string {
  return Object.hasOwn(families, word) ? (families[word] ?? word) : predicateTypeOf(word);
}

/**
 * The type of a statement that is to be made of `predicate`: a URI, as in-toto demands, so that a misspelt word does not become one.
 * `provenance` is of the version that the predicate is written in. @throws PlimsollError USAGE
 */
export function madeTypeOf(word: string, predicate: unknown): string {
  const isNewer = word === "provenance" && recordOf(predicate)?.["buildDefinition"] !== undefined;
  const type = isNewer ? predicateTypes.provenanceV1 : predicateTypeOf(word);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(type)) return type;
  const words = predicateKinds.map(({ id }) => id).join(", ");
  throw new PlimsollError(
    "USAGE",
    `"${printable(word, 100)}" is no predicate type: a URI, or one of ${words}.`,
  );
}

/** What a predicate type is; null for one that is not known. A version may follow the known part. */
export function findPredicateKind(type: string): PredicateKind | null {
  return predicateKinds.find((known) => isPredicateType(type, known.type)) ?? null;
}

/** `https://cyclonedx.org/bom/v1.6` is a `https://cyclonedx.org/bom`; one that only begins alike is not. */
export function isPredicateType(type: string, wanted: string): boolean {
  if (type === wanted) return true;
  return type.startsWith(`${wanted}/v`) && /^\d{1,4}(?:\.\d{1,4}){0,3}$/.test(type.slice(wanted.length + 2));
}
