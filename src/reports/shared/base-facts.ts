/** What the image's own layers brought: all that its base did not. */
import type { Analysis } from "../../domain/analysis.ts";
import type { BaseFacts } from "../../domain/base-advice.ts";

export function ownFacts({ image, sbom, findings }: Analysis, base: BaseFacts): BaseFacts {
  const ofBase = new Set(base.packages);
  return {
    packages: sbom.packages.filter((pkg) => !ofBase.has(pkg)),
    findings: findings?.filter((finding) => !ofBase.has(finding.package)) ?? null,
    sizeBytes: Math.max(0, image.sizeBytes - base.sizeBytes),
    layers: image.layers.slice(base.layers.length),
  };
}
