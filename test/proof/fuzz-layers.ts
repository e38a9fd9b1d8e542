/** Targets: layers in each compression, docker and OCI archives. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultUnpackLimits, type ImageFiles } from "../../src/domain/files.ts";
import { PlimsollError } from "../../src/domain/error.ts";
import { isIncomplete } from "../../src/domain/problem.ts";
import { catalogPackages, keepsHistory, wantsFile } from "../../src/ecosystems/catalog.ts";
import { openImage } from "../../src/image/open.ts";
import type { LayerBlob, OpenedImage } from "../../src/image/types.ts";
import { unpack } from "../../src/image/unpack.ts";
import {
  buildImage,
  dockerArchive,
  ociArchive,
  sha256,
  streamBlobs,
  type LayerCompression,
} from "../helpers/oci-image.ts";
import {
  directory,
  file,
  hardLink,
  opaque,
  symlink,
  whiteout,
  writeTar,
  type TarEntry,
} from "../helpers/oci-tar.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";
import { withChecksums } from "./tar-checksums.ts";

const apk = "P:zlib\nV:1.3.1-r2\nA:x86_64\nL:Zlib\no:zlib\n\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\n";
const base: readonly TarEntry[] = [
  directory("etc"),
  file("etc/os-release", 'ID=alpine\nVERSION_ID=3.20.1\nNAME="Alpine Linux"\n'),
  file("lib/apk/db/installed", apk),
  symlink("usr/lib/os-release", "../../etc/os-release"),
  file(`${"folder/".repeat(20)}node_modules/a/package.json`, '{"name":"a","version":"1.0.0"}'),
  file(`${"gnu/".repeat(30)}node_modules/b/package.json`, '{"name":"b","version":"1.0.0"}', { long: "gnu" }),
  hardLink("lib/apk/db/copy", "lib/apk/db/installed"),
];
const app: readonly TarEntry[] = [
  whiteout("etc/motd"),
  opaque("srv"),
  file("lib/apk/db/installed", apk.slice(0, 60)),
];

const wants = wantsFile("installed");

function read(blobs: readonly LayerBlob[]): Promise<ImageFiles> {
  const limits = { ...defaultUnpackLimits, timeMsMax: 10_000 };
  return unpack(blobs, {
    wants,
    keepsHistory,
    limits,
    verify: true,
    signal: null,
    now: () => performance.now(),
  });
}

/** The packages, after the promise that no step forgets what an earlier one said is missing. */
function catalog(files: ImageFiles): { readonly complete: boolean; readonly purls: string } {
  const sbom = catalogPackages(files, "installed");
  const complete = !files.problems.some(isIncomplete);
  expect(
    complete || sbom.completeness === "incomplete",
    "files that are not complete make a complete inventory",
  );
  expect(sbom.verification === files.verification, "the inventory says another verification than its files");
  return {
    complete: sbom.completeness === "complete",
    purls: sbom.packages.map((pkg) => pkg.purl).join(" "),
  };
}

function layerTarget(compression: LayerCompression): FuzzTarget {
  const tar = writeTar(base);
  const image = buildImage({ layers: [{ tar, compression }] });
  const whole = image.layers[0]?.blob ?? Buffer.alloc(0);
  return {
    name: `layer ${compression}`,
    samples: [whole],
    async check(bytes) {
      const input = compression === "none" ? withChecksums(bytes) : bytes;
      const blobs = streamBlobs(buildImage({ layers: [{ tar, compression, blob: input }] }), 4000);
      const named = blobs.map((blob) => ({ ...blob, proof: { of: "blob" as const, digest: sha256(whole) } }));
      const isTaken = await read(named).then(
        () => true,
        (error: unknown) => !(error instanceof PlimsollError && error.code === "DIGEST_MISMATCH"),
      );
      expect(input.equals(whole) === isTaken, "the digest decides, and did not");
      const own = catalog(await read(blobs));
      // A tar may end between two entries; compressed bytes end where they say.
      const isCut =
        compression !== "none" &&
        input.length < whole.length &&
        whole.subarray(0, input.length).equals(input);
      expect(!isCut || !own.complete, "a cut layer is complete");
    },
  };
}

const folder = mkdtempSync(join(tmpdir(), "plimsoll-fuzz-layers-"));

function archiveTarget(name: string, whole: Buffer): FuzzTarget {
  const path = join(folder, `${name.replace(" ", "-")}.tar`);
  let expected: Promise<{ digest: string | null; purls: string }> | null = null;
  async function readArchive(
    bytes: Buffer,
  ): Promise<{ digest: string | null; complete: boolean; purls: string }> {
    writeFileSync(path, bytes);
    const options = { platform: null, ref: null, insecureRegistries: [], signal: null };
    const opened: OpenedImage = await openImage(`archive://${path}`, options);
    try {
      return { digest: opened.image.digest, ...catalog(await read(opened.blobs)) };
    } finally {
      await opened.close();
    }
  }
  return {
    name,
    samples: [whole],
    async check(bytes) {
      const input = withChecksums(bytes);
      expected ??= readArchive(whole);
      const { digest, purls } = await expected;
      const result = await readArchive(input);
      // The same name, hashed and complete, is the same image.
      const isSame = result.digest !== digest || !result.complete || result.purls === purls;
      expect(isSame, "verified content of one digest gave two inventories");
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const image = buildImage({ layers: [{ entries: base }, { entries: app, compression: "zstd" }] });

export const layerTargets: readonly FuzzTarget[] = [
  layerTarget("none"),
  layerTarget("gzip"),
  layerTarget("zstd"),
  archiveTarget("docker archive", dockerArchive([{ image, tags: ["local/a:1"] }])),
  archiveTarget("oci archive", ociArchive(image)),
];
