/**
 * Whatever an inventory holds, a document of our own brings it back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { sampleImage } from "./sample-analysis.ts";
import type { Package, Sbom } from "../../src/domain/package.ts";
import { formatPurl } from "../../src/ecosystems/shared/purl.ts";
import { readSbom, writeSbom } from "../../src/sbom/documents.ts";

const text = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const name = fc
  .string({ minLength: 1, maxLength: 10, unit: fc.constantFrom(..."abcxyz019+-._~%#?@&= é") })
  .map((s) => `p${s.trim()}`);
const version = fc
  .string({ minLength: 1, maxLength: 10, unit: fc.constantFrom(..."0123456789.:+-~a%#?") })
  .map((s) => `1${s}`);
const evidence = fc.uniqueArray(
  fc.record({
    path: text,
    layer: fc.option(fc.constant(`sha256:${"1".repeat(64)}`)),
    layerIndex: fc.option(fc.nat(9)),
  }),
  { minLength: 1, maxLength: 3, selector: ({ path }) => path },
);

const onePackage: fc.Arbitrary<Package> = fc
  .record({
    name,
    version,
    evidence,
    sourcePackage: fc.option(fc.record({ name: text, version: text })),
    architecture: fc.option(text),
    licenses: fc.uniqueArray(fc.constantFrom("MIT", "GPL-2.0-only OR MIT", "LicenseRef-x", "0BSD"), {
      maxLength: 3,
    }),
    author: fc.option(text),
    description: fc.option(text),
    sizeBytes: fc.option(fc.nat()),
  })
  .map((fields) => {
    // As the ecosystems write it: reading must not change a package's identity.
    return {
      ...fields,
      ecosystem: "deb",
      namespace: "debian",
      purl: formatPurl({ type: "deb", namespace: "debian", name: fields.name, version: fields.version }),
      licenses: [...fields.licenses].sort(),
      evidence: [...fields.evidence].sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  });

/** In the order that `Sbom.packages` promises. */
function inOrder(packages: readonly Package[]): readonly Package[] {
  const key = (pkg: Package): string => `${pkg.purl}\n${pkg.evidence[0]?.path ?? ""}\n${JSON.stringify(pkg)}`;
  return [...new Map(packages.map((pkg) => [key(pkg), pkg])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, pkg]) => pkg);
}

for (const format of ["json", "cyclonedx", "spdx"]) {
  test(`${format} brings every inventory back`, () => {
    fc.assert(
      fc.property(fc.array(onePackage, { maxLength: 4 }), (packages) => {
        // fast-check's records have no prototype; a clone has.
        const sbom: Sbom = {
          distro: { id: "debian", versionId: null, codename: "sid", name: "Debian sid", idLike: ["x"] },
          packages: inOrder(structuredClone(packages)),
          problems: [],
          completeness: "complete",
          verification: "not_applicable",
          producers: { deb: 1 },
        };
        const document = writeSbom(format, { image: sampleImage, sbom, toolVersion: "1" });
        assert.deepEqual(readSbom(new TextEncoder().encode(document)).sbom, sbom);
      }),
      { numRuns: 150, seed: 20261121 },
    );
  });
}
