/** Seeded images as the line would have found them. */
import { writeImageDocument } from "../../src/analysis/image-document.ts";
import type { ResolvedImage } from "../../src/domain/image.ts";
import { seedDistro, toPackage } from "./seed-findings.ts";
import { SEED_HOST, seedDigest, type SeedImage } from "./seed-images.ts";

export function documentOf(image: SeedImage): Uint8Array {
  const diffIds = diffIdsOf(image);
  return writeImageDocument({
    image: resolvedImage(image),
    sbom: {
      distro: seedDistro,
      packages: (image.packages ?? []).map((pkg) => toPackage(pkg, diffIds)),
      problems: image.problems ?? [],
      ...(image.coverage === undefined ? {} : { coverage: image.coverage }),
      ...(image.systemFiles === undefined ? {} : { systemFiles: image.systemFiles }),
      completeness: image.completeness ?? "complete",
      verification: image.verification ?? "verified",
      producers: { npm: 1, format: 1 },
    },
    openProblems: [],
    contentProved: true,
  });
}

export function resolvedImage(image: SeedImage): ResolvedImage {
  const repository = `${SEED_HOST}/${image.repository}`;
  const diffIds = diffIdsOf(image);
  const layers = layersOf(image).map(({ command, sizeBytes = 1_000_000, source }, index) => ({
    index,
    diffId: diffIds[index] ?? "",
    digest: seedDigest(`blob ${diffIds[index] ?? ""}`),
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    sizeBytes,
    command,
    ...(source === undefined ? {} : { source }),
  }));
  return {
    source: "registry",
    reference: `registry://${repository}@${digestOf(image)}`,
    repository,
    tag: image.tag,
    indexDigest: image.index ?? null,
    digest: digestOf(image),
    config: {
      platform: { os: "linux", architecture: image.platform?.split("/")[1] ?? "amd64", variant: null },
      createdAt: pushTime(image).toISOString(),
      user: "65532",
      env: [],
      labels: image.labels ?? {},
      entrypoint: [],
      cmd: [],
      workingDir: "",
      exposedPorts: [],
      history: layers.map(({ command }) => ({ createdBy: command, emptyLayer: false })),
    },
    layers,
    annotations: {},
    attestations: [],
    sizeBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

function layersOf({ layers }: SeedImage): NonNullable<SeedImage["layers"]> {
  return (
    layers ?? [
      { command: "ADD rootfs.tar.gz / # buildkit", fromBase: true },
      { command: "COPY . /srv # buildkit" },
    ]
  );
}

/** The first layers of one base are shared, the others are the image's own. */
export function diffIdsOf(image: SeedImage): readonly string[] {
  return layersOf(image).map(({ command, fromBase }, index) =>
    seedDigest(fromBase === true ? `base ${index} ${command ?? ""}` : `layer ${index} of ${digestOf(image)}`),
  );
}

export function pushTime({ pushedAt }: SeedImage): Date {
  return pushedAt ?? new Date(Date.UTC(2026, 10, 1));
}

export function digestOf(image: SeedImage): string {
  const { repository, tag, platform } = image;
  return image.digest ?? seedDigest(JSON.stringify([repository, tag, platform, pushTime(image)]));
}
