/**
 * Whole SBOM documents: stored forms, official schemas, round trips.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sbom } from "../../src/domain/package.ts";
import { sbomWriters, writeSbom } from "../../src/sbom/documents.ts";
import { defaultDocumentLimits } from "../../src/sbom/json-document.ts";
import { readSbom } from "../../src/sbom/read-document.ts";
import { parseAnySyntax } from "../../src/sbom/syntax.ts";
import { skipWithout } from "../helpers/shared.ts";
import { assertGolden } from "./expected.ts";
import { cycloneDxHelpers, errorsOf, officialValidator, once } from "./official-schemas.ts";
import { cleanAnalysis, hostileAnalysis, sampleImage, sampleSbom } from "./sample-analysis.ts";

/** The sample with every field that a package can have. */
const richSbom: Sbom = {
  ...sampleSbom,
  packages: sampleSbom.packages.map((pkg, at, all) => {
    if (pkg.name === "libssl3") {
      return {
        ...pkg,
        packedSizeBytes: 2_023_000,
        fileCount: 12,
        digests: [
          { algorithm: "md5", value: "0".repeat(32) },
          { algorithm: "sha256", value: "1".repeat(64) },
        ],
        cpes: ["cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*"],
        dependsOn: [],
        modularity: "openssl:3:1",
      };
    }
    if (pkg.ecosystem === "npm") {
      return { ...pkg, foundBy: "signature", ownedBy: all[0]!.purl, stage: "build" };
    }
    return at === 0 ? { ...pkg, dependsOn: ["pkg:deb/debian/gone@1", all[1]!.purl] } : pkg;
  }),
  origin: { kind: "document", format: "spdx" },
  stages: [{ name: "build", distro: null }],
};
const subject = { image: sampleImage, sbom: richSbom, toolVersion: "0.1.0" };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

for (const [id, file] of [
  ["json", "sbom.json"],
  ["cyclonedx", "sbom.cdx.json"],
  ["spdx", "sbom.spdx.json"],
  ["cyclonedx-xml", "sbom.cdx.xml"],
  ["spdx-tag-value", "sbom.spdx"],
  ["spdx3", "sbom.spdx3.json"],
  ["github", "sbom.github.json"],
  ["intoto-spdx", "sbom.intoto.json"],
  ["list", "sbom.txt"],
] as const) {
  test(`the SBOM as ${id} is as stored, and the same twice`, () => {
    assertGolden(file, writeSbom(id, subject));
    assert.equal(writeSbom(id, subject), writeSbom(id, structuredClone(subject)));
  });
}

test("native documents read back without loss", () => {
  const result = readSbom(bytes(writeSbom("json", subject)));
  assert.equal(result.format, "json");
  assert.deepEqual(result.sbom, richSbom);
  assert.deepEqual(result.image, sampleImage);
});

for (const id of ["cyclonedx", "spdx"]) {
  test(`${id} documents of our own read back to the same inventory`, () => {
    const result = readSbom(bytes(writeSbom(id, subject)));
    // A document is not verified by being read, whatever the image was when it was written.
    assert.deepEqual(result.sbom, { ...richSbom, verification: "not_applicable" } satisfies Sbom);
    assert.equal(result.subjectName, "registry.example.com/team/shop:1.2");
    assert.equal(result.subjectDigest, sampleImage.digest);
    assert.equal(result.format, id);
  });

  test(`${id} keeps that the inventory is incomplete, also when no problem says why`, () => {
    const cut: Sbom = { ...cleanAnalysis.sbom, completeness: "incomplete", verification: "not_applicable" };
    assert.deepEqual(readSbom(bytes(writeSbom(id, { ...subject, sbom: cut }))).sbom, cut);
  });

  test(`${id} keeps that content was not verified`, () => {
    const unverified: Sbom = { ...cleanAnalysis.sbom, verification: "unverified" };
    const result = readSbom(bytes(writeSbom(id, { ...subject, sbom: unverified })));
    assert.deepEqual(result.sbom, unverified);
  });
}

const hostile = hostileAnalysis();
const bare = {
  image: { ...sampleImage, source: "fs" as const, repository: null, tag: null, digest: null, layers: [] },
  sbom: { ...cleanAnalysis.sbom, distro: null, packages: [] },
  toolVersion: "0.1.0",
};
const noTime = {
  ...subject,
  image: { ...sampleImage, config: { ...sampleImage.config, createdAt: "yesterday" } },
};
const subjects = [
  ["sample", subject],
  ["hostile text", { ...subject, image: hostile.image, sbom: hostile.sbom }],
  ["empty folder", bare],
  ["no time of creation", noTime],
] as const;

const cycloneDx = {
  "1.5": once(() => officialValidator("cyclonedx-1.5.schema.json", cycloneDxHelpers)),
  "1.6": once(() => officialValidator("cyclonedx-1.6.schema.json", cycloneDxHelpers)),
  "1.7": once(() => officialValidator("cyclonedx-1.7.schema.json", cycloneDxHelpers)),
};
const spdx = once(() => officialValidator("spdx-2.3.schema.json"));

for (const [name, written] of subjects) {
  for (const version of ["1.5", "1.6", "1.7"] as const) {
    const schema = `schemas/cyclonedx-${version}.schema.json`;
    test(`CycloneDX of ${name} is valid ${version}`, { skip: skipWithout(schema) }, () => {
      const validate = cycloneDx[version]();
      assert.equal(errorsOf(validate, writeSbom(`cyclonedx@${version}`, written)), "");
      const broken = JSON.stringify({ bomFormat: "CycloneDX", specVersion: version, components: [{}] });
      assert.notEqual(errorsOf(validate, broken), "");
    });
  }

  test(`SPDX of ${name} is valid 2.3`, { skip: skipWithout("schemas/spdx-2.3.schema.json") }, () => {
    const validate = spdx();
    assert.equal(errorsOf(validate, writeSbom("spdx", written)), "");
    assert.notEqual(errorsOf(validate, "{}"), "");
  });
}

test("references inside a document are unique and resolve", () => {
  const cdx = JSON.parse(writeSbom("cyclonedx", subject)) as { components: { "bom-ref": string }[] };
  const refs = cdx.components.map((component) => component["bom-ref"]);
  assert.equal(new Set(refs).size, refs.length);
  const spdx = JSON.parse(writeSbom("spdx", subject)) as {
    packages: { SPDXID: string }[];
    relationships: { spdxElementId: string; relatedSpdxElement: string }[];
  };
  const ids = spdx.packages.map(({ SPDXID }) => SPDXID);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
  const known = new Set([...ids, "SPDXRef-DOCUMENT", "NONE"]);
  for (const { spdxElementId, relatedSpdxElement } of spdx.relationships) {
    assert.ok(known.has(spdxElementId) && known.has(relatedSpdxElement), relatedSpdxElement);
  }
  const known3 = new Set<string>(["https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"]);
  const { "@graph": graph } = JSON.parse(writeSbom("spdx3", subject)) as {
    "@graph": Record<string, unknown>[];
  };
  for (const { spdxId } of graph) if (typeof spdxId === "string") known3.add(spdxId);
  assert.equal(known3.size, graph.length, "an identifier stands twice");
  for (const element of graph) {
    for (const field of ["from", "to", "element", "rootElement", "subject", "suppliedBy"]) {
      for (const id of [element[field] ?? []].flat())
        assert.ok(known3.has(id as string), `${field}: ${String(id)}`);
    }
  }
});

test("edges are dependencies of the format, and known to be none where they are none", () => {
  const cdx = JSON.parse(writeSbom("cyclonedx", subject)) as {
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  const [bash, libssl] = richSbom.packages;
  assert.deepEqual(cdx.dependencies.slice(1), [
    { ref: bash!.purl, dependsOn: [libssl!.purl] },
    { ref: libssl!.purl, dependsOn: [] },
  ]);
  assert.ok(!cdx.dependencies[0]!.dependsOn.includes(libssl!.purl), "what another needs is not at the top");
  const { relationships } = JSON.parse(writeSbom("spdx", subject)) as {
    relationships: { relationshipType: string; relatedSpdxElement: string }[];
  };
  const needs = relationships.filter(({ relationshipType }) => relationshipType === "DEPENDS_ON");
  assert.match(needs[0]!.relatedSpdxElement, /libssl3/);
  assert.equal(needs[1]!.relatedSpdxElement, "NONE");
});

test("XML holds what the JSON of the same version holds", () => {
  for (const version of ["1.5", "1.6", "1.7"]) {
    const fromXml = parseAnySyntax(
      bytes(writeSbom(`cyclonedx-xml@${version}`, subject)),
      defaultDocumentLimits,
    );
    const json = JSON.parse(writeSbom(`cyclonedx@${version}`, subject)) as Record<string, unknown>;
    const { $schema, version: _, compositions, ...expected } = json;
    assert.ok($schema !== undefined && compositions !== undefined);
    assert.deepEqual(
      withoutEmpty(fromXml),
      withoutEmpty({ ...expected, compositions: [{ aggregate: "incomplete" }] }),
    );
  }
});

/** Without empty members, which the reader of XML gives for what is not there. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .map(([key, member]) => [key, withoutEmpty(member)] as const)
    .filter(([key]) => key !== "tools")
    .filter(([key, member]) => key === "dependsOn" || !isEmpty(member));
  return Object.fromEntries(members);
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0)
  );
}

test("identifiers change with the content and with nothing else", () => {
  const serial = (sbom: Sbom): string =>
    (JSON.parse(writeSbom("cyclonedx", { ...subject, sbom })) as { serialNumber: string }).serialNumber;
  assert.equal(serial(sampleSbom), serial(structuredClone(sampleSbom)));
  assert.notEqual(serial(sampleSbom), serial({ ...sampleSbom, packages: sampleSbom.packages.slice(1) }));
  assert.match(
    serial(sampleSbom),
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("hostile names leave no line that steers a terminal or a CI runner", () => {
  for (const { id } of sbomWriters) {
    const text = writeSbom(id, { ...subject, image: hostile.image, sbom: hostile.sbom });
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]|^\s*::|##\[|##vso/m, id);
  }
});
