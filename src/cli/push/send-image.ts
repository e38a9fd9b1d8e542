/**
 * Tells a server of an image in a registry. What the server keeps is what its own workers read of the image (ADR 8): nothing that
 * was worked out here is taken for it, so the reference is all that is sent.
 */
import { analyseAnswer } from "../../api/rest/images.ts";
import type { PushReport } from "../../api/push-reports.ts";
import type { CliContext } from "../context.ts";
import type { ImageOptions } from "../options/image.ts";
import { runAnalysis } from "../run-analysis.ts";
import { runExamination } from "../run-examination.ts";
import type { ServerClient } from "../server/client.ts";

export interface PushedImage {
  /** `registry.example.com/acme/my-app` */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string;
}

export interface PushFacts {
  readonly author: string | null;
  /** RFC 3339; null: now. */
  readonly timestamp: string | null;
}

/** False: one that has not started waits already. @throws ServerError as the server refuses */
export async function sendImage(
  client: ServerClient,
  organisation: string,
  { repository, digest }: PushedImage,
  { author, timestamp }: PushFacts,
): Promise<boolean> {
  const body = {
    reference: `${repository}@${digest}`,
    ...(author === null ? {} : { author }),
    ...(timestamp === null ? {} : { pushedAt: timestamp }),
  };
  const path = `/orgs/${organisation}/images/analyse`;
  return (await client.ask({ method: "POST", path, body }, analyseAnswer)).queued;
}

/** What the server is going to find, worked out here; null: it was not asked for. */
export async function lookInto(
  context: CliContext,
  reference: string,
  options: ImageOptions,
  wanted: { readonly sbom: boolean; readonly secrets: boolean },
): Promise<Pick<PushReport, "platform" | "sbom" | "secrets">> {
  const analysis = wanted.sbom
    ? await runAnalysis(context, {
        reference,
        platform: null,
        options,
        database: "none",
        policies: null,
        debugPolicies: false,
      })
    : null;
  const examination = wanted.secrets ? await runExamination(context, reference, options, "secrets") : null;
  const platform = (analysis ?? examination)?.image.config.platform ?? null;
  return {
    platform: platform === null ? null : `${platform.os}/${platform.architecture}`,
    sbom:
      analysis === null
        ? null
        : {
            packageCount: analysis.sbom.packages.length,
            distro: analysis.sbom.distro?.name ?? null,
            completeness: analysis.sbom.completeness,
          },
    secrets:
      examination === null
        ? null
        : {
            count: examination.secrets.findings.length + examination.secrets.notListed,
            completeness: examination.completeness,
          },
  };
}
