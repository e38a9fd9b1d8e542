import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../domain/image.ts";
import { imageStatements } from "./image-statements.ts";

const digest = `sha256:${"1".repeat(64)}`;
const indexDigest = `sha256:${"2".repeat(64)}`;
const document = (author: string) => ({
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author,
  timestamp: "2026-01-01T00:00:00Z",
  version: 1,
  statements: [
    {
      vulnerability: { name: "CVE-2026-1" },
      products: [{ "@id": "pkg:npm/a" }],
      status: "not_affected",
      justification: "component_not_present",
    },
  ],
});
const analysed = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: { timestamp: "2026-01-01T00:00:00Z" },
  vulnerabilities: [{ id: "CVE-2026-1", analysis: { state: "in_triage" }, affects: [{ ref: "pkg:npm/a" }] }],
};

function attestation(changes: Partial<Attestation> = {}): Attestation {
  return {
    predicateType: "https://openvex.dev/ns/v0.2.0",
    predicate: document("Example"),
    subjectDigests: [digest],
    storage: "referrer",
    trust: "unsigned",
    ...changes,
  };
}

const file = {
  path: "srv/app.vex.json",
  layer: null,
  layerIndex: 0,
  text: JSON.stringify(document("Inside")),
};
const isNamed = (author: string) => author === "Example";

async function read(attestations: readonly Attestation[] | null, files = [file]) {
  const image = { attestations, digest, indexDigest };
  const { statements, problems } = await imageStatements(image, { vexFiles: files }, isNamed);
  return {
    says: statements.map(({ author, tier, origin, location }) => [author, tier, origin, location]),
    codes: problems.map(({ code }) => code),
  };
}

const inside = ["Inside", "proposed", "image", "image:/srv/app.vex.json"];
const where = "attestation https://openvex.dev/ns/v0.2.0 (referrer)";
const rows: [name: string, attestations: Attestation[] | null, says: unknown[], codes: string[]][] = [
  ["files alone", null, [inside], []],
  [
    "an attestation of something else",
    [attestation({ predicateType: "https://spdx.dev/Document" })],
    [inside],
    [],
  ],
  [
    "an attestation about another image",
    [attestation({ subjectDigests: [`sha256:${"9".repeat(64)}`] })],
    [inside],
    [],
  ],
  [
    "an SBOM without an analysis",
    [attestation({ predicateType: "https://cyclonedx.org/bom", predicate: { vulnerabilities: [{}] } })],
    [inside],
    [],
  ],
  [
    "an author who is named",
    [attestation()],
    [["Example", "configured", "attestation", where]],
    ["VEX_FILES_IGNORED"],
  ],
  [
    "an author who is not",
    [attestation({ predicate: document("Else") })],
    [["Else", "proposed", "attestation", where]],
    ["VEX_FILES_IGNORED"],
  ],
  [
    "a signature that was verified",
    [attestation({ trust: "verified" })],
    [["Example", "approved", "attestation", where]],
    ["VEX_FILES_IGNORED"],
  ],
  [
    "the index as its subject",
    [attestation({ subjectDigests: [indexDigest] })],
    [["Example", "configured", "attestation", where]],
    ["VEX_FILES_IGNORED"],
  ],
  [
    "a predicate as text",
    [attestation({ predicate: JSON.stringify(document("Example")) })],
    [["Example", "configured", "attestation", where]],
    ["VEX_FILES_IGNORED"],
  ],
  [
    "an analysis in an SBOM",
    [attestation({ predicateType: "https://cyclonedx.org/bom", predicate: analysed })],
    [["unknown", "proposed", "attestation", "attestation https://cyclonedx.org/bom (referrer)"]],
    ["VEX_FILES_IGNORED"],
  ],
  [
    "one that cannot be read, and one that can",
    [attestation({ predicate: "{" }), attestation({ predicate: 1 }), attestation()],
    [["Example", "configured", "attestation", where]],
    ["VEX_STATEMENT_INVALID", "VEX_STATEMENT_INVALID", "VEX_FILES_IGNORED"],
  ],
];

for (const [name, attestations, says, codes] of rows) {
  test(`statements of the image: ${name}`, async () => {
    assert.deepEqual(await read(attestations), { says, codes });
  });
}

test("statements of the image: a file that cannot be read is a problem, and nothing is nothing", async () => {
  assert.deepEqual(await read([], [{ ...file, text: "{" }]), { says: [], codes: ["VEX_STATEMENT_INVALID"] });
  assert.deepEqual(await read([], []), { says: [], codes: [] });
});
