/**
 * Whatever an inventory holds, a document of our own brings it back; and a conversion from any format to any other loses nothing
 * that both hold. What a format holds stands as data in `SbomFormat.holds`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { emptyImageConfig } from "../../src/domain/empty-image-config.ts";
import type { Layer, ResolvedImage } from "../../src/domain/image.ts";
import type { Sbom } from "../../src/domain/package.ts";
import { sbomFormats, writeSbom } from "../../src/sbom/documents.ts";
import { readSbom } from "../../src/sbom/read-document.ts";
import type { Holds, ImageField } from "../../src/sbom/types.ts";
import { images, inventories } from "./sbom-subjects.ts";

interface Written {
  readonly id: string;
  readonly holds: Holds;
}

/** Every format that is written and read back, each of its versions and syntaxes, and statements around them. */
const written: readonly Written[] = sbomFormats.flatMap(({ id, holds, variants, predicateType }) => {
  if (holds === null) return [];
  const ids = [
    id,
    ...variants.map((variant) => variant.id),
    ...(predicateType === null ? [] : [`intoto-${id}`]),
  ];
  return ids.map((one) => ({ id: one, holds }));
});

interface Subject {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
}

function throughDocument({ id }: Written, { image, sbom }: Subject): Subject {
  const read = readSbom(new TextEncoder().encode(writeSbom(id, { image, sbom, toolVersion: "1" })));
  assert.ok(read.image !== null, `${id} brings no image back`);
  return { image: read.image, sbom: read.sbom };
}

/** What a format holds of a subject. */
function project({ image, sbom }: Subject, { image: fields, commands, verification }: Holds): Subject {
  const holds = (field: ImageField): boolean => fields.includes(field);
  const { config } = image;
  const plain = {
    ...emptyImageConfig,
    createdAt: holds("createdAt") ? config.createdAt : null,
    platform: config.platform,
  };
  assert.ok(
    ["source", "reference", "repository", "tag", "digest", "layers"].every((field) =>
      holds(field as ImageField),
    ),
  );
  return {
    image: {
      ...image,
      config: holds("configuration") ? config : plain,
      annotations: holds("annotations") ? image.annotations : {},
      attestations: holds("attestations") ? image.attestations : null,
      layers: image.layers.map((layer) => (commands ? layer : withoutCommand(layer))),
    },
    sbom: {
      ...sbom,
      verification: verification || sbom.verification === "unverified" ? sbom.verification : "not_applicable",
    },
  };
}

test("there are formats to convert between", () => {
  assert.deepEqual(
    written.map(({ id }) => id),
    [
      "cyclonedx",
      "cyclonedx@1.5",
      "cyclonedx@1.7",
      "cyclonedx-xml",
      "cyclonedx-xml@1.5",
      "cyclonedx-xml@1.7",
      "intoto-cyclonedx",
      "json",
      "spdx",
      "spdx-tag-value",
      "intoto-spdx",
      "spdx3",
    ],
  );
});

for (const format of written) {
  test(`${format.id} brings every inventory back`, () => {
    fc.assert(
      fc.property(images, inventories, (image, sbom) => {
        assert.deepEqual(throughDocument(format, { image, sbom }), project({ image, sbom }, format.holds));
      }),
      { numRuns: 40, seed: 20261122 },
    );
  });

  test(`${format.id} is converted to every other format and back without loss`, () => {
    fc.assert(
      fc.property(images, inventories, fc.constantFrom(...written), (image, sbom, other) => {
        const first = throughDocument(format, { image, sbom });
        const back = throughDocument(format, throughDocument(other, first));
        assert.deepEqual(back, project(project({ image, sbom }, format.holds), other.holds));
      }),
      { numRuns: 15, seed: 20261123 },
    );
  });

  test(`${format.id} gives the same bytes for the same inventory`, () => {
    fc.assert(
      fc.property(images, inventories, (image, sbom) => {
        const subject = { image, sbom, toolVersion: "1" };
        assert.equal(writeSbom(format.id, subject), writeSbom(format.id, structuredClone(subject)));
      }),
      { numRuns: 5, seed: 20261124 },
    );
  });
}

/** Without the command, and the lines of the Dockerfile that stand for it. */
function withoutCommand(layer: Layer): Layer {
  const { index, diffId, digest, mediaType, sizeBytes } = layer;
  return { index, diffId, digest, mediaType, sizeBytes, command: null };
}
