/** Targets: every ecosystem, through its own samples: one file of a sample is damaged, the others are left whole. */
import { PlimsollError } from "../../src/domain/error.ts";
import type { Sbom } from "../../src/domain/package.ts";
import { isIncomplete } from "../../src/domain/problem.ts";
import { ecosystems } from "../../src/ecosystems/catalog.ts";
import { lookUpKeys, producersOf } from "../../src/ecosystems/look-up.ts";
import { mergePackages } from "../../src/ecosystems/merge-packages.ts";
import type { CatalogResult, Ecosystem } from "../../src/ecosystems/types.ts";
import { packageFromPurl } from "../../src/sbom/package-from-purl.ts";
import { catalogSample, type EcosystemSample } from "../helpers/ecosystem-sample.ts";
import { checkRoundTrip, roundTrips } from "./fuzz-packages.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";

interface Place {
  readonly sample: EcosystemSample;
  readonly path: string;
}

async function ecosystemTarget(ecosystem: Ecosystem): Promise<FuzzTarget> {
  const { samples } = (await import(`../../src/ecosystems/${ecosystem.id}/fixtures/sample.ts`)) as {
    readonly samples: readonly EcosystemSample[];
  };
  const places: Place[] = samples.flatMap((sample) =>
    Object.keys(sample.files).map((path) => ({ sample, path })),
  );
  return {
    name: `ecosystem ${ecosystem.id}`,
    // One byte in front says which file the input replaces.
    samples: places.map(({ sample, path }, index) =>
      Buffer.concat([Buffer.of(index), Buffer.from(sample.files[path] ?? "")]),
    ),
    check(input) {
      const place = places[(input[0] ?? 0) % places.length];
      if (place === undefined) throw new PlimsollError("DOCUMENT_INVALID", "there is no such file");
      const { sample, path } = place;
      const files = { ...sample.files, [path]: input.subarray(1) };
      checkResult(ecosystem, catalogSample(ecosystem, { ...sample, files }), sample, input.length);
    },
  };
}

function checkResult(
  ecosystem: Ecosystem,
  { packages, problems, claims }: CatalogResult,
  { distro, mode }: EcosystemSample,
  choice: number,
): void {
  for (const pkg of packages) {
    expect(pkg.name !== "" && pkg.version !== "", "a package has no name or no version");
    expect(pkg.purl.startsWith(`pkg:${ecosystem.id}/`), "a package URL is of another type");
    expect(/^[\x21-\x7e]+$/.test(pkg.purl), "a package URL has other than printable signs");
    expect(pkg.evidence.length > 0, "a package was seen nowhere");
    lookUpKeys(pkg, distro);
    const parsed = packageFromPurl(pkg.purl)?.package;
    expect(parsed !== undefined, "a package has a package URL that cannot be read");
    expect(parsed?.version === pkg.version, "a package URL has another version than its package");
  }
  const isWellFormed = [...(claims ?? [])].every(({ path, purl }) => path !== "" && purl !== "");
  expect(isWellFormed, "a claim is of no file or no package");
  const sbom: Sbom = {
    distro,
    packages: mergePackages(packages),
    problems,
    completeness: problems.some(isIncomplete) ? "incomplete" : "complete",
    verification: "verified",
    producers: producersOf(mode),
  };
  // All formats in turn: all at once would leave time for little else.
  const format = roundTrips[choice % roundTrips.length];
  if (format !== undefined) checkRoundTrip(format.id, sbom);
}

export const ecosystemTargets: readonly FuzzTarget[] = await Promise.all(ecosystems.map(ecosystemTarget));
