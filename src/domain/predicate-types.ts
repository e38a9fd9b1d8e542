/** Predicate types of in-toto statements that more than one area knows, and how a version of one is told. */

/** In full; `cyclonedx` and `spdx` may be followed by a version. */
export const predicateTypes = {
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
  syft: "https://syft.dev/bom",
  scoutSbom: "https://scout.docker.com/sbom/v0.1",
  scoutVulnerabilities: "https://scout.docker.com/vulnerabilities/v0.1",
  scoutProvenance: "https://scout.docker.com/provenance/v0.1",
  openVex: "https://openvex.dev/ns/v0.2.0",
  provenanceV02: "https://slsa.dev/provenance/v0.2",
  provenanceV1: "https://slsa.dev/provenance/v1",
  verificationSummary: "https://slsa.dev/verification_summary/v1",
  secrets: "https://scout.docker.com/secrets/v0.1",
  virus: "https://scout.docker.com/virus/v0.1",
  tests: "https://scout.docker.com/tests/v0.1",
  testResult: "https://in-toto.io/attestation/test-result/v0.1",
  stig: "https://docker.com/dhi/stig/v0.1",
} as const;

/** Both versions of SLSA's provenance, the older first. */
export const provenanceTypes: readonly string[] = [predicateTypes.provenanceV02, predicateTypes.provenanceV1];

/** SLSA's provenance of any version. */
export function isProvenanceType(type: string): boolean {
  return type.startsWith("https://slsa.dev/provenance/");
}
