/**
 * Whole SBOM documents: stored forms, official schemas, round trips.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sbom } from "../../src/domain/package.ts";
import { readSbom, writeSbom } from "../../src/sbom/documents.ts";
import { skipWithout } from "../helpers/shared.ts";
import { assertGolden } from "./expected.ts";
import { cycloneDxHelpers, errorsOf, officialValidator, once } from "./official-schemas.ts";
import { cleanAnalysis, hostileAnalysis, sampleImage, sampleSbom } from "./sample-analysis.ts";

const subject = { image: sampleImage, sbom: sampleSbom, toolVersion: "0.1.0" };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

for (const [id, file] of [
  ["json", "sbom.json"],
  ["cyclonedx", "sbom.cdx.json"],
  ["spdx", "sbom.spdx.json"],
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
  assert.deepEqual(result.sbom, sampleSbom);
  assert.deepEqual(result.image, sampleImage);
});

for (const id of ["cyclonedx", "spdx"]) {
  test(`${id} documents of our own read back to the same inventory`, () => {
    const result = readSbom(bytes(writeSbom(id, subject)));
    // A document is not verified by being read, whatever the image was when it was written.
    assert.deepEqual(result.sbom, { ...sampleSbom, verification: "not_applicable" } satisfies Sbom);
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

const cycloneDx = once(() => officialValidator("cyclonedx-1.6.schema.json", cycloneDxHelpers));
const spdx = once(() => officialValidator("spdx-2.3.schema.json"));

for (const [name, written] of subjects) {
  test(
    `CycloneDX of ${name} is valid 1.6`,
    { skip: skipWithout("schemas/cyclonedx-1.6.schema.json") },
    () => {
      const validate = cycloneDx();
      assert.equal(errorsOf(validate, writeSbom("cyclonedx", written)), "");
      assert.notEqual(
        errorsOf(validate, '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}'),
        "",
      );
    },
  );

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
    relationships: { relatedSpdxElement: string }[];
  };
  const ids = spdx.packages.map(({ SPDXID }) => SPDXID);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
  assert.deepEqual(
    spdx.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement),
    ids,
  );
});

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
  for (const id of ["json", "cyclonedx", "spdx", "list"]) {
    const text = writeSbom(id, { ...subject, image: hostile.image, sbom: hostile.sbom });
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]|^\s*::|##\[|##vso/m, id);
  }
});
