/**
 * Every ecosystem on its own samples: it finds packages, it knows what it says it knows and nothing that it says it does not,
 * and no damaged version of a sample makes it throw or takes it long.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { catalogSample, type EcosystemSample } from "../../test/helpers/ecosystem-sample.ts";
import { ecosystems } from "./catalog.ts";
import type { CatalogResult, Ecosystem, EcosystemKnowledge } from "./types.ts";

for (const ecosystem of ecosystems) {
  const load = async (): Promise<readonly EcosystemSample[]> => {
    const module = (await import(`./${ecosystem.id}/fixtures/sample.ts`)) as {
      samples: readonly EcosystemSample[];
    };
    return module.samples;
  };

  test(`${ecosystem.id}: its samples show exactly what it says it knows`, async () => {
    const results = (await load()).map((sample) => catalogSample(ecosystem, sample));
    for (const result of results) assert.ok(result.packages.length > 0, "a sample without packages");
    const { proof: _, ...said } = ecosystem.knows;
    assert.deepEqual(shown(results), said);
  });

  test(`${ecosystem.id}: every package of its samples has its own type, a purl of it and evidence`, async () => {
    for (const sample of await load()) {
      for (const pkg of catalogSample(ecosystem, sample).packages) {
        assert.equal(pkg.ecosystem, ecosystem.id);
        assert.ok(pkg.purl.startsWith(`pkg:${ecosystem.id}/`), pkg.purl);
        assert.ok(pkg.evidence.length > 0, pkg.purl);
      }
    }
  });

  test(`${ecosystem.id}: damaged samples are problems, never an error`, async () => {
    for (const sample of await load()) damage(ecosystem, sample);
  });
}

function shown(results: readonly CatalogResult[]): Omit<EcosystemKnowledge, "proof"> {
  const packages = results.flatMap((result) => result.packages);
  return {
    licenses: packages.some((pkg) => pkg.licenses.length > 0),
    authors: packages.some((pkg) => pkg.author !== null),
    descriptions: packages.some((pkg) => pkg.description !== null),
    digests: packages.some((pkg) => (pkg.digests ?? []).length > 0),
    dependencies: packages.some((pkg) => (pkg.dependsOn ?? []).length > 0),
    files: results.some((result) => [...(result.claims ?? [])].length > 0),
  };
}

/** Each file of the sample cut, with bytes changed, and with a piece repeated, the others left whole. */
function damage(ecosystem: Ecosystem, sample: EcosystemSample): void {
  for (const [path, content] of Object.entries(sample.files)) {
    const bytes = Buffer.from(content);
    for (let step = 0; step < DAMAGES; step += 1) {
      // The places are spread over the file and always the same.
      const at = Math.floor((bytes.length * step) / DAMAGES);
      const cut = bytes.subarray(0, at);
      const changed = Buffer.from(bytes);
      for (let offset = at; offset < Math.min(at + 4, changed.length); offset += 1)
        changed[offset] = 0xff - step;
      const repeated = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 64))]);
      for (const damaged of [cut, changed, repeated]) {
        catalogSample(ecosystem, { ...sample, files: { ...sample.files, [path]: damaged } });
      }
    }
  }
}

const DAMAGES = 24;
