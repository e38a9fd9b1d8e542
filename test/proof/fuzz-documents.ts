/** Targets: manifests, configs, statements, SBOM and VEX documents. */
import { isIncomplete } from "../../src/domain/problem.ts";
import { parseImageConfig } from "../../src/oci/image-config.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import { readStatement } from "../../src/oci/statement.ts";
import { sbomFormats, sbomWriters, writeSbom } from "../../src/sbom/documents.ts";
import { readSbom } from "../../src/sbom/read-document.ts";
import { readVexDocument, vexFormats } from "../../src/vex/read.ts";
import { orderedStatements } from "../../src/vex/shared/writing.ts";
import { sampleImage, sampleSbom } from "../golden/sample-analysis.ts";
import { buildImage, buildIndex, manifestDescriptor } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";

const image = buildImage({
  layers: [{ entries: [file("a", "1")] }, { entries: [file("b", "2")], compression: "zstd" }],
  config: { User: "app", Env: ["A=b"], Labels: { a: "b" }, ExposedPorts: { "80/tcp": {} }, Cmd: ["x"] },
  annotations: { "org.opencontainers.image.base.name": "docker.io/library/alpine:3.20" },
});
const docker = buildImage({ layers: [{ entries: [file("a", "1")] }], docker: true });

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const index = buildIndex([
  manifestDescriptor(image, "a:1"),
  { ...manifestDescriptor(docker), platform: { os: "linux", architecture: "arm64", variant: "v8" } },
]);

const sbom = json({ spdxVersion: "SPDX-2.3", packages: [] });
const statement = {
  _type: "https://in-toto.io/Statement/v1",
  predicateType: "https://spdx.dev/Document",
  subject: [{ name: "app", digest: { sha256: "0".repeat(64) } }],
  predicate: JSON.parse(sbom.toString()) as unknown,
};
const envelope = {
  payloadType: "application/vnd.in-toto+json",
  payload: json(statement).toString("base64"),
  signatures: [],
};
const statements = [json(statement), json(envelope), json({ dsseEnvelope: envelope })];

const written = sbomFormats
  .filter(({ holds }) => holds !== null)
  .flatMap((format) => [format, ...format.variants])
  .map(({ id }) => Buffer.from(writeSbom(id, { image: sampleImage, sbom: sampleSbom, toolVersion: "0" })));

const artifact = {
  name: "express",
  version: "4.17.1",
  type: "npm",
  purl: "pkg:npm/express@4.17.1",
  licenses: ["MIT", { value: "MIT", spdxExpression: "MIT" }],
  locations: [{ path: "/app/package.json", layerID: `sha256:${"1".repeat(64)}` }],
  metadata: { installedSize: 5, author: "a" },
};
const foreign = [
  {
    artifacts: [artifact],
    source: { name: "x", metadata: { userInput: "x:1", layers: [{ digest: `sha256:${"1".repeat(64)}` }] } },
    distro: { id: "debian", versionID: "12" },
    descriptor: { name: "syft" },
  },
  {
    artifacts: [artifact],
    source: { image: { name: "x", digest: `sha256:${"2".repeat(64)}`, distro: { os_name: "debian" } } },
  },
].map(json);

const vex = json({
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author: "Example",
  timestamp: "2026-01-01T00:00:00Z",
  version: 1,
  statements: [
    {
      vulnerability: { name: "CVE-2024-1", aliases: ["GHSA-1"] },
      products: [{ "@id": "pkg:oci/app@sha256%3Aabc?tag=1", subcomponents: [{ "@id": "pkg:npm/a@1" }] }],
      status: "not_affected",
      justification: "component_not_present",
    },
    {
      vulnerability: "CVE-2024-2",
      products: ["pkg:npm/b@2"],
      status: "fixed",
      timestamp: "2026-02-01T00:00:00Z",
    },
  ],
});
/** The same statements in the other formats, and CycloneDX as XML. */
const otherVex = [
  ...vexFormats.map(({ write }) =>
    Buffer.from(
      write({
        statements: readVexDocument(vex, "vex.json").statements,
        author: "Example <a@example.com>",
        timestamp: new Date("2026-03-01T00:00:00Z"),
        id: null,
      }),
    ),
  ),
  json({
    document: {
      csaf_version: "2.0",
      publisher: { name: "Example" },
      tracking: { id: "1", current_release_date: "2026-01-01T00:00:00Z" },
    },
    product_tree: {
      branches: [
        {
          category: "product_version_range",
          name: "vers:npm/>=1|<2",
          product: { product_id: "a", product_identification_helper: { purl: "pkg:npm/a" } },
        },
      ],
      relationships: [
        {
          product_reference: "a",
          relates_to_product_reference: "a",
          full_product_name: { product_id: "b" },
        },
      ],
    },
    vulnerabilities: [
      {
        cve: "CVE-2024-1",
        product_status: { known_not_affected: ["a"], fixed: ["b"] },
        flags: [{ label: "component_not_present", product_ids: ["a"] }],
      },
    ],
  }),
  Buffer.from(
    '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><vulnerabilities><vulnerability><id>CVE-1</id><analysis>' +
      "<state>resolved</state></analysis><affects><target><ref>pkg:npm/a</ref><versions><version><version>1</version>" +
      "</version></versions></target></affects></vulnerability></vulnerabilities></bom>",
  ),
];
const vexStates = ["not_affected", "affected", "fixed", "under_investigation"];

export const documentTargets: readonly FuzzTarget[] = [
  {
    name: "manifest",
    samples: [image.manifest, docker.manifest, index.bytes],
    check: (input) => void parseManifest(input, null),
  },
  { name: "config", samples: [image.config], check: (input) => void parseImageConfig(input) },
  { name: "statement", samples: statements, check: (input) => void readStatement(input, "referrer") },
  {
    name: "sbom document",
    samples: [...written, ...foreign, ...statements],
    check(input) {
      const result = readSbom(input);
      const isCut = result.sbom.problems.some(isIncomplete);
      expect(
        !isCut || result.sbom.completeness === "incomplete",
        "a document with losses is a complete inventory",
      );
      const subject = { image: result.image ?? sampleImage, sbom: result.sbom, toolVersion: "0" };
      for (const { id } of sbomWriters) {
        // A statement is about a digest, which a document need not have.
        if (!id.startsWith("intoto-") || subject.image.digest !== null) writeSbom(id, subject);
      }
    },
  },
  {
    name: "openvex",
    samples: [vex],
    check(input) {
      for (const each of readVexDocument(input, "vex.json").statements) {
        expect(vexStates.includes(each.status), "a statement has no known state");
        const isReasoned = each.justification !== null || each.impactStatement !== null;
        expect(
          each.status !== "not_affected" || isReasoned,
          "a statement takes a finding away without a reason",
        );
        expect(each.vulnerabilities.length > 0, "a statement is about nothing");
      }
    },
  },
  {
    name: "vex of every format",
    samples: otherVex,
    check(input) {
      const { statements } = readVexDocument(input, "vex.json");
      for (const each of statements) {
        expect(vexStates.includes(each.status), "a statement has no known state");
        expect(each.vulnerabilities.length > 0 && each.products.length > 0, "a statement is about nothing");
      }
      // What is left to say of no version is not written.
      if (orderedStatements({ statements }).length === 0) return;
      for (const { id, write } of vexFormats) {
        const writing = { statements, author: "Example", timestamp: new Date(0), id: null };
        const read = readVexDocument(Buffer.from(write(writing)), id);
        expect(read.statements.length > 0, "what was written cannot be read");
      }
    },
  },
];
