import assert from "node:assert/strict";
import { test } from "node:test";
import type { Package } from "../domain/package.ts";
import { sbomFormats, writeSbom } from "./documents.ts";
import { defaultDocumentLimits } from "./json-document.ts";
import { readSbom } from "./read-document.ts";

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const HEX = "c".repeat(64);
const LAYER = `sha256:${"1".repeat(64)}`;

/** What is asserted of a package; the rest of each is `null` or empty. */
function brief(pkg: Package | undefined): object | undefined {
  if (pkg === undefined) return undefined;
  const { ecosystem, namespace, name, version, purl, sourcePackage, architecture, licenses, evidence } = pkg;
  return { ecosystem, namespace, name, version, purl, sourcePackage, architecture, licenses, evidence };
}

const trivyCycloneDx = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: {
    component: {
      type: "container",
      name: "debian:12",
      purl: `pkg:oci/debian@sha256%3A${HEX}?arch=amd64&repository_url=index.docker.io%2Flibrary%2Fdebian`,
    },
  },
  components: [
    { type: "operating-system", name: "debian", version: "12.4" },
    {
      type: "application",
      name: "srv/package-lock.json",
      properties: [{ name: "aquasecurity:trivy:Class", value: "lang-pkgs" }],
    },
    {
      type: "library",
      name: "bash",
      version: "1:5.2.15-2+b2",
      purl: "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12.4&epoch=1",
      licenses: [{ license: { name: "GPL-3.0-or-later" } }, { license: { name: "some words (c) x" } }],
      properties: [
        { name: "aquasecurity:trivy:SrcName", value: "bash" },
        { name: "aquasecurity:trivy:SrcEpoch", value: "1" },
        { name: "aquasecurity:trivy:SrcVersion", value: "5.2.15" },
        { name: "aquasecurity:trivy:SrcRelease", value: "2" },
        { name: "aquasecurity:trivy:LayerDiffID", value: LAYER },
      ],
    },
  ],
};

const syftCycloneDx = {
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  metadata: { component: { type: "container", name: "app", version: `sha256:${HEX}` } },
  components: [
    {
      type: "library",
      name: "parent",
      version: "1.0.0",
      purl: "pkg:npm/parent@1.0.0",
      components: [
        {
          type: "library",
          group: "@scope",
          name: "nested",
          version: "2.0.0",
          purl: "pkg:npm/%40scope/nested@2.0.0",
        },
      ],
    },
    {
      type: "library",
      name: "libssl3",
      version: "3.0.11-1~deb12u2",
      purl: "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
      properties: [
        { name: "syft:location:0:path", value: "/var/lib/dpkg/status" },
        { name: "syft:location:0:layerID", value: LAYER },
      ],
    },
    {
      type: "operating-system",
      name: "debian",
      version: "12",
      properties: [
        { name: "syft:distro:id", value: "debian" },
        { name: "syft:distro:versionID", value: "12" },
        { name: "syft:distro:versionCodename", value: "bookworm" },
        { name: "syft:distro:prettyName", value: "Debian GNU/Linux 12 (bookworm)" },
      ],
    },
    { type: "file", name: "/etc/passwd" },
  ],
};

const spdxDocument = {
  spdxVersion: "SPDX-2.3",
  SPDXID: "SPDXRef-DOCUMENT",
  name: "app",
  packages: [
    { SPDXID: "SPDXRef-Root", name: "app", primaryPackagePurpose: "CONTAINER", versionInfo: `sha256:${HEX}` },
    {
      SPDXID: "SPDXRef-1",
      name: "busybox",
      versionInfo: "1.36.1-r2",
      licenseDeclared: "GPL-2.0-only",
      licenseConcluded: "NOASSERTION",
      supplier: "Person: Ann Example (ann@example.com)",
      sourceInfo: "acquired package info from APK DB: /lib/apk/db/installed",
      externalRefs: [
        { referenceType: "cpe23Type", referenceLocator: "cpe:2.3:a:busybox:busybox:1.36.1-r2:*:*:*:*:*:*:*" },
        {
          referenceType: "purl",
          referenceLocator: "pkg:apk/alpine/busybox@1.36.1-r2?arch=x86_64&distro=alpine-3.18.4",
        },
      ],
    },
    {
      SPDXID: "SPDXRef-2",
      name: "libssl3",
      versionInfo: "3.0.11-1",
      sourceInfo: "built package from: openssl 3.0.11-1",
      externalRefs: [
        {
          referenceType: "purl",
          referenceLocator: "pkg:apk/alpine/libssl3@3.0.11-1?arch=x86_64&distro=3.18.4",
        },
      ],
    },
  ],
  relationships: [
    { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-Root" },
  ],
};

const syftDocument = {
  artifacts: [
    {
      name: "libssl3",
      version: "3.0.11-1~deb12u2",
      type: "deb",
      locations: [{ path: "/var/lib/dpkg/status", layerID: LAYER }],
      licenses: ["Apache-2.0", { value: "BSD", spdxExpression: "BSD-3-Clause" }],
      purl: "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12",
      metadata: {
        source: "openssl",
        sourceVersion: "3.0.11-1",
        maintainer: "Team <t@example.org>",
        installedSize: 10,
      },
    },
    { name: "binary-of-nothing", version: "1", type: "binary", purl: "" },
  ],
  source: {
    type: "image",
    metadata: { userInput: "debian:12", manifestDigest: `sha256:${HEX}`, layers: [{ digest: LAYER }] },
  },
  distro: {
    id: "debian",
    versionID: "12",
    versionCodename: "bookworm",
    prettyName: "Debian GNU/Linux 12 (bookworm)",
  },
  descriptor: { name: "syft", version: "1.0.0" },
  schema: {
    version: "16.0.0",
    url: "https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.0.json",
  },
};

const scoutDocument = {
  source: {
    type: "image",
    image: {
      name: "app",
      digest: `sha256:${HEX}`,
      distro: { os_name: "debian", os_version: "12", os_distro: "bookworm" },
    },
  },
  artifacts: [
    {
      type: "npm",
      name: "express",
      version: "4.17.1",
      purl: "pkg:npm/express@4.17.1",
      licenses: ["MIT"],
      locations: [{ path: "/app/node_modules/express/package.json", ordinal: 2, diff_id: LAYER }],
    },
  ],
};

test("CycloneDX of Trivy: epoch, source package, distribution, lock files passed over", () => {
  const { sbom, subjectName, subjectDigest, format } = readSbom(encode(trivyCycloneDx));
  assert.equal(format, "cyclonedx");
  assert.equal(subjectName, "debian:12");
  assert.equal(subjectDigest, `sha256:${HEX}`);
  assert.equal(sbom.distro?.id, "debian");
  assert.equal(sbom.distro?.versionId, "12.4");
  assert.deepEqual(sbom.problems, []);
  assert.deepEqual(sbom.packages.map(brief), [
    {
      ecosystem: "deb",
      namespace: "debian",
      name: "bash",
      version: "1:5.2.15-2+b2",
      purl: "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12.4&epoch=1",
      sourcePackage: { name: "bash", version: "1:5.2.15-2" },
      architecture: "amd64",
      licenses: ["GPL-3.0-or-later", "LicenseRef-some-words-c-x"],
      evidence: [],
    },
  ]);
});

test("CycloneDX of Syft: nested components, upstream qualifier, places", () => {
  const { sbom, subjectDigest } = readSbom(encode(syftCycloneDx));
  assert.equal(subjectDigest, `sha256:${HEX}`);
  assert.equal(sbom.distro?.codename, "bookworm");
  assert.equal(sbom.completeness, "complete");
  assert.deepEqual(
    sbom.packages.map(({ purl }) => purl),
    [
      "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
      "pkg:npm/%40scope/nested@2.0.0",
      "pkg:npm/parent@1.0.0",
    ],
  );
  assert.deepEqual(sbom.packages[0]?.sourcePackage, { name: "openssl", version: "3.0.11-1~deb12u2" });
  assert.deepEqual(sbom.packages[0]?.evidence, [
    { path: "var/lib/dpkg/status", layer: LAYER, layerIndex: null },
  ]);
});

test("SPDX: subject, licences, agents, source package, distribution out of qualifiers", () => {
  const { sbom, subjectDigest } = readSbom(encode(spdxDocument));
  assert.equal(subjectDigest, `sha256:${HEX}`);
  assert.equal(sbom.distro?.id, "alpine");
  assert.equal(sbom.distro?.versionId, "3.18.4");
  const [busybox, libssl] = sbom.packages;
  assert.deepEqual(busybox?.licenses, ["GPL-2.0-only"]);
  assert.equal(busybox?.author, "Ann Example <ann@example.com>");
  assert.deepEqual(busybox?.evidence, [{ path: "lib/apk/db/installed", layer: null, layerIndex: null }]);
  assert.deepEqual(libssl?.sourcePackage, { name: "openssl", version: "3.0.11-1" });
  assert.equal(sbom.packages.length, 2);
});

test("Syft JSON: source package, licences of both kinds, layers; an artifact without purl is a problem", () => {
  const { sbom, subjectName, subjectDigest } = readSbom(encode(syftDocument));
  assert.equal(subjectName, "debian:12");
  assert.equal(subjectDigest, `sha256:${HEX}`);
  const [libssl] = sbom.packages;
  assert.deepEqual(libssl?.sourcePackage, { name: "openssl", version: "3.0.11-1" });
  assert.deepEqual(libssl?.licenses, ["Apache-2.0", "BSD-3-Clause"]);
  assert.deepEqual(libssl?.evidence, [{ path: "var/lib/dpkg/status", layer: LAYER, layerIndex: 0 }]);
  assert.equal(libssl?.sizeBytes, 10240);
  assert.deepEqual(
    sbom.problems.map(({ code }) => code),
    ["SBOM_FIELD_INVALID"],
  );
  assert.equal(sbom.completeness, "incomplete");
});

test("Scout JSON", () => {
  const { sbom, subjectDigest, format } = readSbom(encode(scoutDocument));
  assert.equal(format, "scout");
  assert.equal(subjectDigest, `sha256:${HEX}`);
  assert.equal(sbom.distro?.codename, "bookworm");
  assert.deepEqual(sbom.packages[0]?.evidence, [
    { path: "app/node_modules/express/package.json", layer: LAYER, layerIndex: 2 },
  ]);
});

const statement = (predicateType: string, predicate: unknown) => ({
  _type: "https://in-toto.io/Statement/v0.1",
  predicateType,
  subject: [{ name: "pkg:docker/app@1?platform=linux%2Famd64", digest: { sha256: HEX } }],
  predicate,
});
const envelope = (payload: unknown) => ({
  payloadType: "application/vnd.in-toto+json",
  payload: Buffer.from(JSON.stringify(payload)).toString("base64"),
  signatures: [{ sig: "" }],
});

const wrappers: readonly (readonly [name: string, document: unknown, format: string])[] = [
  ["statement with SPDX", statement("https://spdx.dev/Document", spdxDocument), "spdx"],
  ["statement with a versioned type", statement("https://spdx.dev/Document/v2.3", spdxDocument), "spdx"],
  ["statement with CycloneDX", statement("https://cyclonedx.org/bom", trivyCycloneDx), "cyclonedx"],
  ["statement with Data", statement("https://cyclonedx.org/bom", { Data: trivyCycloneDx }), "cyclonedx"],
  ["statement with Syft JSON", statement("https://syft.dev/bom", syftDocument), "syft"],
  ["DSSE envelope", envelope(statement("https://spdx.dev/Document", spdxDocument)), "spdx"],
  [
    "Sigstore bundle",
    { mediaType: "x", dsseEnvelope: envelope(statement("https://spdx.dev/Document", spdxDocument)) },
    "spdx",
  ],
];

for (const [name, document, format] of wrappers) {
  test(`unwraps a ${name}`, () => {
    const result = readSbom(encode(document));
    assert.equal(result.format, format);
    assert.equal(result.subjectDigest, `sha256:${HEX}`);
    assert.equal(result.subjectName, "pkg:docker/app@1?platform=linux%2Famd64");
    assert.ok(result.sbom.packages.length > 0);
  });
}

const cycloneDx = (components: unknown, more: object = {}) => ({
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  components,
  ...more,
});
const good = { type: "library", name: "a", version: "1.0.0", purl: "pkg:npm/a@1.0.0" };

const problemRows: readonly (readonly [
  name: string,
  document: unknown,
  codes: readonly string[],
  packages: number,
])[] = [
  [
    "a component without purl",
    cycloneDx([good, { type: "library", name: "b", version: "1" }]),
    ["SBOM_FIELD_INVALID"],
    1,
  ],
  ["a purl that is not valid", cycloneDx([good, { ...good, purl: "pkg:npm" }]), ["SBOM_FIELD_INVALID"], 1],
  ["a component that is no object", cycloneDx([good, "text"]), ["SBOM_FIELD_INVALID"], 1],
  ["no component at all", cycloneDx([]), ["NOTHING_FOUND"], 0],
  ["components left out", cycloneDx(undefined), ["NOTHING_FOUND"], 0],
  [
    "a composition that says incomplete",
    cycloneDx([good], { compositions: [{ aggregate: "incomplete_first_party_only" }] }),
    ["SBOM_INCOMPLETE"],
    1,
  ],
  ["the same component twice", cycloneDx([good, good]), [], 1],
  ["a package without version", cycloneDx([{ type: "library", name: "a", purl: "pkg:npm/a" }]), [], 1],
  [
    "an SPDX package without purl",
    { ...spdxDocument, packages: [{ SPDXID: "SPDXRef-9", name: "x" }] },
    ["SBOM_FIELD_INVALID", "NOTHING_FOUND"],
    0,
  ],
];

for (const [name, document, codes, packages] of problemRows) {
  test(`problems: ${name}`, () => {
    const { sbom } = readSbom(encode(document));
    assert.deepEqual(
      sbom.problems.map(({ code }) => code),
      codes,
    );
    assert.equal(sbom.packages.length, packages);
    assert.equal(sbom.completeness, codes.length === 0 ? "complete" : "incomplete");
  });
}

test("a flood of bad components is cut, counted, and never silent", () => {
  const components = Array.from({ length: 5000 }, (_, index) => ({ type: "library", name: `x${index}` }));
  const { sbom } = readSbom(encode(cycloneDx([good, ...components])));
  assert.equal(sbom.problems.length, 201);
  assert.match(sbom.problems.at(-1)?.message ?? "", /^4800 more/);
});

const errorRows: readonly (readonly [name: string, document: unknown, code: string])[] = [
  ["no JSON", "{", "JSON_INVALID"],
  ["bytes that are no UTF-8", '"\u00ff"', "SBOM_UNSUPPORTED"],
  ["JSON of another kind", { hello: 1 }, "SBOM_UNSUPPORTED"],
  ["a bare list", [], "SBOM_UNSUPPORTED"],
  ["CycloneDX of an unknown version", { bomFormat: "CycloneDX", specVersion: "9.0" }, "SBOM_UNSUPPORTED"],
  ["a native document of a newer layout", { schema: "urn:plimsoll:sbom:2" }, "SBOM_UNSUPPORTED"],
  ["a native document without its parts", { schema: "urn:plimsoll:sbom:1" }, "DOCUMENT_INVALID"],
  ["a statement about provenance", statement("https://slsa.dev/provenance/v1", {}), "SBOM_UNSUPPORTED"],
  ["an envelope of another payload", { payloadType: "text/plain", payload: "aGk=" }, "DOCUMENT_INVALID"],
  [
    "an envelope around no JSON",
    { payloadType: "application/vnd.in-toto+json", payload: "aGk=" },
    "JSON_INVALID",
  ],
  ["components that are no list", cycloneDx({}), "DOCUMENT_INVALID"],
  ["SPDX packages that are no list", { spdxVersion: "SPDX-2.3", packages: {} }, "DOCUMENT_INVALID"],
  ["Syft artifacts that are no list", { artifacts: {}, descriptor: { name: "syft" } }, "DOCUMENT_INVALID"],
  ["deep nesting", "[".repeat(200_000) + "]".repeat(200_000), "LIMIT_EXCEEDED"],
];

for (const [name, document, code] of errorRows) {
  test(`error: ${name}`, () => {
    assert.throws(() => readSbom(encode(document)), { code });
  });
}

test("error: bytes that are not UTF-8", () => {
  assert.throws(() => readSbom(Uint8Array.of(0x22, 0xff, 0x22)), { code: "JSON_INVALID" });
});

test("error: a document past the ceiling of bytes", () => {
  const limits = { ...defaultDocumentLimits, documentBytesMax: 10 };
  assert.throws(() => readSbom(encode(cycloneDx([])), limits), { code: "LIMIT_EXCEEDED" });
});

test("brackets inside strings do not count as depth, and a byte order mark is read over", () => {
  const name = `${"[".repeat(500)}\\"{`;
  const { sbom } = readSbom(encode(`\ufeff${JSON.stringify(cycloneDx([{ ...good, description: name }]))}`));
  assert.equal(sbom.packages[0]?.description, name);
});

test("every format writes or reads, and unknown or read-only ones are refused for writing", () => {
  for (const format of sbomFormats) assert.ok(format.write !== null || format.read !== null, format.id);
  const subject = {} as Parameters<typeof writeSbom>[1];
  assert.throws(() => writeSbom("syft", subject), { code: "USAGE" });
  assert.throws(() => writeSbom("nothing", subject), { code: "USAGE" });
});
