/** JSON of the view `document`; shape `packReport` in `src/api`. */
import type { RenderOptions } from "../types.ts";
import { buildFactsOf } from "../shared/build-facts.ts";
import { licenceCounts, type PackReport } from "../shared/pack-document.ts";
import { toFindingView, toPackageView } from "./finding-view.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toPackView({ analysis }: PackReport, options: RenderOptions) {
  const { image, sbom, findings, verdict } = analysis;
  const { user, entrypoint, cmd, workingDir, exposedPorts, env, labels } = image.config;
  const hasConfig = image.source !== "fs" && image.source !== "sbom";
  return {
    schema: "urn:plimsoll:report:document:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    madeAt: options.now?.toISOString() ?? null,
    ...toSharedView(analysis, findings),
    configuration: hasConfig ? { user, entrypoint, cmd, workingDir, exposedPorts, env, labels } : null,
    builds: buildFactsOf(image).map((build) => ({
      ...build,
      parameters: [...build.parameters],
      materials: [...build.materials],
    })),
    packages: sbom.packages.map((pkg) => toPackageView(pkg, image)),
    licences: licenceCounts(analysis).map(([licence, packages]) => ({ licence, packages })),
    findings: findings === null ? null : findings.map((finding) => toFindingView(finding, image)),
    verdict: verdict === null ? null : toVerdictView(verdict),
    attestations:
      image.attestations?.map(({ predicateType, digest = null, storage, trust, signers = [] }) => ({
        predicateType,
        digest,
        storage,
        verified: trust === "verified",
        signers,
      })) ?? null,
    signatures:
      image.signatures?.map(({ verified, signer, reason, storage }) => ({
        verified,
        signer,
        reason,
        storage,
      })) ?? null,
  };
}
