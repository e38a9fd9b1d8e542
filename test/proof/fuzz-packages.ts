/** Targets: the files that tell what is installed or pinned, and those that name the distribution. */
import { isIncomplete } from "../../src/domain/problem.ts";
import type { Sbom } from "../../src/domain/package.ts";
import { catalogPackages, ecosystems } from "../../src/ecosystems/catalog.ts";
import { lookUpKeys } from "../../src/ecosystems/look-up.ts";
import { findDistro } from "../../src/ecosystems/distro.ts";
import type { CatalogMode } from "../../src/ecosystems/types.ts";
import { packageFromPurl } from "../../src/sbom/package-from-purl.ts";
import { sbomFormats, writeSbom } from "../../src/sbom/documents.ts";
import { readSbom } from "../../src/sbom/read-document.ts";
import { sampleImage } from "../golden/sample-analysis.ts";
import { imageFiles, wantedFile } from "../helpers/wanted-file.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";
import { packageSamples } from "./fuzz-samples.ts";

export const roundTrips = sbomFormats
  .filter(({ holds }) => holds !== null)
  .flatMap((format) => [format, ...format.variants]);

/** What is found goes out in every format and comes back the same. */
function checkRoundTrips(sbom: Sbom): void {
  for (const { id } of roundTrips) checkRoundTrip(id, sbom);
}

export function checkRoundTrip(id: string, sbom: Sbom): void {
  const text = writeSbom(id, { image: sampleImage, sbom, toolVersion: "0" });
  const back = readSbom(Buffer.from(text)).sbom;
  expect(back.completeness === sbom.completeness, `${id}: completeness changes on its way`);
  const same = back.packages.length === sbom.packages.length && identities(back) === identities(sbom);
  expect(same, `${id}: packages change on their way`);
}

function identities(sbom: Sbom): string {
  return sbom.packages
    .map((pkg) => `${pkg.purl} ${pkg.name} ${pkg.version}`)
    .sort()
    .join("\n");
}

function packageTarget(
  name: string,
  path: string,
  mode: CatalogMode,
  samples: readonly string[],
): FuzzTarget {
  const release = wantedFile("etc/os-release", "ID=debian\nVERSION_ID=12\n");
  return {
    name,
    samples: samples.map((sample) => Buffer.from(sample)),
    check(input) {
      const files = imageFiles([release, { ...wantedFile(path, input, 1), earlier: earlier(input) }]);
      const distro = findDistro(files.wanted);
      // The driver turns what a reader throws into a problem; here it must be seen.
      for (const ecosystem of ecosystems) {
        const wanted = files.wanted.filter((file) => ecosystem.wants(file.path, mode));
        ecosystem.catalog(wanted, { mode, distro, inspected: [] });
      }
      const sbom = catalogPackages(files, mode);
      const isCut = sbom.problems.some(isIncomplete);
      expect(
        isCut === (sbom.completeness === "incomplete"),
        "completeness and problems say different things",
      );
      for (const pkg of sbom.packages) {
        expect(pkg.name !== "" && pkg.version !== "", "a package has no name or no version");
        lookUpKeys(pkg, distro);
        const parsed = packageFromPurl(pkg.purl)?.package;
        expect(parsed !== undefined, "a package has a package URL that cannot be read");
        expect(parsed?.version === pkg.version, "a package URL has another version than its package");
      }
      checkRoundTrips(sbom);
    },
  };
}

/** A lower layer's version of the same file: its first half. */
function earlier(input: Buffer): { bytes: Uint8Array; layer: string; layerIndex: number }[] {
  return [{ bytes: input.subarray(0, input.length >> 1), layer: "sha256:layer0", layerIndex: 0 }];
}

const releasePaths = [
  "etc/os-release",
  "etc/lsb-release",
  "etc/alpine-release",
  "etc/debian_version",
  "bin/busybox",
];

const releaseTarget: FuzzTarget = {
  name: "distribution",
  samples: [
    'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID_LIKE="a b"\n',
    "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n",
    "3.20.1\n",
    "trixie/sid\n",
    "\u007fELF BusyBox v1.36.1 (2024)",
  ].map((text) => Buffer.from(text)),
  check(input) {
    for (const path of releasePaths) {
      const distro = findDistro([wantedFile(path, input)]);
      expect(distro === null || /^[a-z0-9][a-z0-9._-]*$/.test(distro.id), "a distribution has an odd id");
    }
  },
};

export const packageTargets: readonly FuzzTarget[] = [
  ...packageSamples.map(({ name, path, mode, samples }) => packageTarget(name, path, mode, samples)),
  releaseTarget,
];
