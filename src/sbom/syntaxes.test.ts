/** Documents of others in XML and tag-value, what they tell besides packages, and hostile forms of both. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Package } from "../domain/package.ts";
import { readSbom } from "./read-document.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEX = "d".repeat(64);

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<!-- licence -->
<bom xmlns="http://cyclonedx.org/schema/bom/1.4" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
  <metadata>
    <component type="container" bom-ref="root"><name>app</name><version>sha256:${HEX}</version></component>
  </metadata>
  <components>
    <component type="operating-system" bom-ref="os"><name>debian</name><version>12</version></component>
    <component type="library" bom-ref="a">
      <publisher>Ann &amp; Bob</publisher>
      <group>@scope</group>
      <name>a</name>
      <version>1.10</version>
      <description><![CDATA[a <b> &amp; c]]></description>
      <hashes><hash alg="SHA-256">${HEX.toUpperCase()}</hash><hash alg="SHA3-256">${HEX}</hash></hashes>
      <licenses><license><id>MIT</id></license></licenses>
      <cpe>cpe:2.3:a:scope:a:1.10:*:*:*:*:*:*:*</cpe>
      <purl>pkg:npm/%40scope/a@1.10</purl>
      <components>
        <component type="library" bom-ref="b">
          <name>b</name><version>2</version>
          <licenses><expression>MIT OR Apache-2.0</expression></licenses>
          <purl>pkg:npm/b@2</purl>
          <properties><property name="syft:location:0:path">/srv/b/package.json</property></properties>
        </component>
      </components>
    </component>
  </components>
  <dependencies>
    <dependency ref="root"><dependency ref="a"/></dependency>
    <dependency ref="a"><dependency ref="b"/><dependency ref="os"/></dependency>
    <dependency ref="b"/>
  </dependencies>
  <compositions><composition><aggregate>complete</aggregate></composition></compositions>
</bom>`;

const tagValue = `## made by a tool
SPDXVersion: SPDX-2.2
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: app

FileName: ./bin/x
SPDXID: SPDXRef-File
LicenseConcluded: NOASSERTION

PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.0
PackageSupplier: Organization: Example (a@example.com)
PackageChecksum: SHA256: ${HEX}
PackageLicenseDeclared: MIT
PackageDescription: <text>first
PackageName: not-a-package
last</text>
ExternalRef: SECURITY cpe23Type cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.0

PackageName: b
SPDXID: SPDXRef-b
ExternalRef: PACKAGE_MANAGER purl pkg:npm/b@2

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
Relationship: SPDXRef-b DEPENDENCY_OF SPDXRef-a
Relationship: SPDXRef-b DEPENDS_ON NONE
Relationship: SPDXRef-b TEST_DEPENDENCY_OF SPDXRef-b
`;

function find(text: string, name: string): Package {
  const found = readSbom(encode(text)).sbom.packages.find((pkg) => pkg.name === name);
  assert.ok(found !== undefined, `there is no ${name}`);
  return found;
}

test("CycloneDX XML: entities, CDATA, nested components, hashes, CPE, edges", () => {
  const { sbom, format, subjectName, subjectDigest } = readSbom(encode(xml));
  assert.equal(format, "cyclonedx");
  assert.deepEqual([subjectName, subjectDigest], ["app", `sha256:${HEX}`]);
  assert.deepEqual(
    [sbom.distro?.id, sbom.distro?.versionId, sbom.completeness],
    ["debian", "12", "complete"],
  );
  const a = find(xml, "a");
  assert.deepEqual([a.namespace, a.version, a.author], ["@scope", "1.10", "Ann & Bob"]);
  assert.equal(a.description, "a <b> &amp; c");
  // A digest of a kind that packages do not have is passed over.
  assert.deepEqual(a.digests, [{ algorithm: "sha256", value: HEX }]);
  assert.deepEqual(a.cpes, ["cpe:2.3:a:scope:a:1.10:*:*:*:*:*:*:*"]);
  assert.deepEqual(a.dependsOn, ["pkg:npm/b@2"]);
  const b = find(xml, "b");
  assert.deepEqual([b.licenses, b.dependsOn], [["MIT OR Apache-2.0"], []]);
  assert.deepEqual(b.evidence, [{ path: "srv/b/package.json", layer: null, layerIndex: null }]);
});

test("CycloneDX XML with a prefix for its name space", () => {
  const prefixed = xml.replaceAll(/<(\/?)(?=[a-z]{2,}|a>)/g, "<$1c:").replace("xmlns=", "xmlns:c=");
  assert.deepEqual(readSbom(encode(prefixed)).sbom, readSbom(encode(xml)).sbom);
});

test("SPDX tag-value: text over lines, files passed over, edges both ways", () => {
  const { sbom, format, subjectName } = readSbom(encode(tagValue));
  assert.deepEqual([format, subjectName, sbom.packages.length], ["spdx", "a", 2]);
  const a = find(tagValue, "a");
  assert.equal(a.description, "first\nPackageName: not-a-package\nlast");
  assert.deepEqual([a.version, a.author, a.licenses], ["1.0", "Example <a@example.com>", ["MIT"]]);
  assert.deepEqual(a.digests, [{ algorithm: "sha256", value: HEX }]);
  assert.deepEqual(a.cpes, ["cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*"]);
  assert.deepEqual([a.dependsOn, find(tagValue, "b").dependsOn], [["pkg:npm/b@2"], []]);
  assert.deepEqual(readSbom(encode(tagValue.replaceAll("\n", "\r\n"))).sbom.packages.length, 2);
});

test("Syft JSON: edges, owners, digests, sizes, what a signature told", () => {
  const artifact = (id: string, purl: string, more: object): object => ({
    id,
    name: id,
    version: "1",
    purl,
    ...more,
  });
  const document = {
    artifacts: [
      artifact("py", "pkg:deb/debian/py@1?distro=debian-12", { type: "deb", metadata: { files: [{}, {}] } }),
      artifact("wheel", "pkg:pypi/wheel@1", { type: "python" }),
      artifact("lib", "pkg:npm/lib@1", {
        metadata: { integrity: `sha512-${Buffer.from("e".repeat(64)).toString("base64")}` },
        cpes: [
          { cpe: "cpe:2.3:a:lib:lib:1:*:*:*:*:*:*:*", source: "nvd" },
          "cpe:2.3:a:b:lib:1:*:*:*:*:*:*:*",
        ],
      }),
      artifact("apk", "pkg:apk/alpine/apk@1", { type: "apk", metadata: { size: 5, installedSize: 9 } }),
      artifact("node", "pkg:generic/node@1", { metadataType: "binary-signature" }),
      artifact("rpm", "pkg:rpm/rhel/rpm@1", { metadata: { modularityLabel: "m:1:2:3" } }),
    ],
    artifactRelationships: [
      { parent: "lib", child: "wheel", type: "dependency-of" },
      { parent: "py", child: "wheel", type: "ownership-by-file-overlap" },
      { parent: "lib", child: "node", type: "ownership-by-file-overlap" },
    ],
    descriptor: { name: "syft" },
  };
  const text = JSON.stringify(document);
  assert.deepEqual(find(text, "wheel").dependsOn, ["pkg:npm/lib@1"]);
  assert.equal(find(text, "wheel").ownedBy, "pkg:deb/debian/py@1?distro=debian-12");
  // Only the package of a distribution is judged in place of what it owns.
  assert.equal(find(text, "node").ownedBy, undefined);
  assert.equal(find(text, "py").fileCount, 2);
  assert.deepEqual(find(text, "lib").digests, [{ algorithm: "sha512", value: "65".repeat(64) }]);
  assert.equal(find(text, "lib").cpes?.length, 2);
  assert.deepEqual([find(text, "apk").packedSizeBytes, find(text, "apk").sizeBytes], [5, 9]);
  assert.equal(find(text, "node").foundBy, "signature");
  assert.equal(find(text, "rpm").modularity, "m:1:2:3");
});

test("an owner that is not listed is none: nobody would be judged in its place", () => {
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { properties: [{ name: "plimsoll:sbom", value: '{"completeness":"complete"}' }] },
    components: [
      {
        type: "library",
        name: "a",
        purl: "pkg:npm/a@1",
        properties: [{ name: "plimsoll:owned-by", value: "pkg:deb/debian/gone@1" }],
      },
    ],
  };
  assert.equal(find(JSON.stringify(document), "a").ownedBy, undefined);
});

const errorRows: readonly (readonly [name: string, text: string, code: string])[] = [
  ["XML of another kind", "<html></html>", "SBOM_UNSUPPORTED"],
  ["CycloneDX XML of an unknown version", xml.replace("bom/1.4", "bom/9.9"), "SBOM_UNSUPPORTED"],
  ["XML that is cut off", xml.slice(0, xml.length / 2), "DOCUMENT_INVALID"],
  [
    "XML with a document type",
    xml.replace("<!--", '<!DOCTYPE bom [<!ENTITY x "y">]><!--'),
    "DOCUMENT_INVALID",
  ],
  ["XML with two roots", `${xml}<bom/>`, "DOCUMENT_INVALID"],
  ["XML with another root", xml.replaceAll("bom ", "bim ").replace("</bom>", "</bim>"), "DOCUMENT_INVALID"],
  [
    "XML that nests too deeply",
    `<bom xmlns="http://cyclonedx.org/schema/bom/1.6">${"<a>".repeat(5000)}${"</a>".repeat(5000)}</bom>`,
    "DOCUMENT_INVALID",
  ],
  ["tag-value text that does not end", tagValue.replace("</text>", ""), "DOCUMENT_INVALID"],
  ["tag-value of an unknown version", tagValue.replace("SPDX-2.2", "SPDX-9"), "SBOM_UNSUPPORTED"],
  [
    "SPDX 3.0 without a graph",
    '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}',
    "DOCUMENT_INVALID",
  ],
];

for (const [name, text, code] of errorRows) {
  test(`error: ${name}`, () => {
    assert.throws(() => readSbom(encode(text)), { code });
  });
}

test("an entity that nobody defined stays as it is written", () => {
  assert.equal(find(xml.replace("Ann &amp; Bob", "&lol; &#65;&#x42;&#0;"), "a").author, "&lol; AB&#0;");
});

test("text that looks like the machinery of objects is text", () => {
  const named = xml.replace("<publisher>Ann &amp; Bob</publisher>", "<__proto__>x</__proto__>");
  // The parser refuses such names as a whole, which is an answer.
  assert.throws(() => readSbom(encode(named)), { code: "DOCUMENT_INVALID" });
  assert.equal(
    find(tagValue.replace("PackageVersion: 1.0", "constructor: x\n__proto__: y"), "a").version,
    "1.0",
  );
});
