/** Predicate types that are known by name: what they are, and what cosign calls them. */

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
  kind("spdx", "SPDX SBOM", "https://spdx.dev/Document", "spdxjson"),
  kind("cyclonedx", "CycloneDX SBOM", "https://cyclonedx.org/bom", "cyclonedx"),
  kind("scout-sbom", "Scout SBOM", "https://scout.docker.com/sbom/v0.1"),
  kind("vulnerabilities", "Vulnerabilities", "https://in-toto.io/attestation/vulns/v0.1"),
  kind("vulnerabilities-v0.2", "Vulnerabilities", "https://in-toto.io/attestation/vulns/v0.2"),
  kind(
    "cosign-vulnerabilities",
    "Vulnerabilities",
    "https://cosign.sigstore.dev/attestation/vuln/v1",
    "vuln",
  ),
  kind("scout-vulnerabilities", "Scout vulnerabilities", "https://scout.docker.com/vulnerabilities/v0.1"),
  kind("vex", "OpenVEX statements", "https://openvex.dev/ns", "openvex"),
  kind("health", "Health", "urn:plimsoll:attestation:health:v1"),
  kind("scout-health", "Scout health score", "https://scout.docker.com/health/v0.1"),
  kind("verdict", "Plimsoll verdict", "urn:plimsoll:attestation:verdict:v1"),
  kind("document", "Documentation pack", "urn:plimsoll:attestation:document:v1"),
  kind("scout-provenance", "Scout provenance", "https://scout.docker.com/provenance/v0.1"),
  kind("provenance", "SLSA provenance", "https://slsa.dev/provenance/v0.2", "slsaprovenance"),
  kind("provenance-v1", "SLSA provenance", "https://slsa.dev/provenance/v1", "slsaprovenance1"),
  kind("vsa", "SLSA verification summary", "https://slsa.dev/verification_summary/v1"),
  kind("secrets", "Secrets scan", "https://scout.docker.com/secrets/v0.1"),
  kind("virus", "Virus scan", "https://scout.docker.com/virus/v0.1"),
  kind("tests", "Tests", "https://scout.docker.com/tests/v0.1"),
  kind("stig", "STIG scan", "https://docker.com/dhi/stig/v0.1"),
  kind("fips", "FIPS compliance", "https://docker.com/dhi/fips/v0.1"),
  kind("changelog", "Changelog", "https://docker.com/dhi/changelog/v0.1"),
  kind("link", "in-toto link", "https://in-toto.io/Link/v1", "link"),
  kind("custom", "Custom", "https://cosign.sigstore.dev/attestation/v1", "custom"),
];

/** The full predicate type of a word (`vex`), or the text itself where it is one already. */
export function predicateTypeOf(word: string): string {
  return predicateKinds.find(({ id, cosign }) => id === word || cosign === word)?.type ?? word;
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
