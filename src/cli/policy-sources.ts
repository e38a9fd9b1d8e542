/** What policies ask for beyond packages and findings, handed to an analysis only where one of them does. */
import { PlimsollError } from "../domain/error.ts";
import type { Platform } from "../domain/image.ts";
import type { BaseAttestationSource, BaseSupportSource, QualityGateSource } from "../domain/policy-ports.ts";
import type { TrustedSigners } from "../domain/signature.ts";
import type { AnalyzeOptions } from "../analysis/options.ts";
import { verifySignatures } from "../analysis/verify-signed.ts";
import { openImage } from "../image/open.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import type { CliContext } from "./context.ts";
import { resolveOptions, type ImageOptions } from "./options/image.ts";

export interface PolicySourcesRequest {
  readonly policies: readonly PolicyDefinition[];
  readonly options: ImageOptions;
  readonly platform: Platform;
  readonly signers: TrustedSigners;
}

/** The parts of the options that the policies need. */
export async function policySources(
  context: CliContext,
  request: PolicySourcesRequest,
): Promise<Pick<AnalyzeOptions, "examines" | "qualityGates" | "findBaseAttestations" | "findBaseSupport">> {
  // Loaded here because option schemas are a heavy import, and commands without policies must not pay for it.
  const { outsideNeeds } = await import("../policies/policy-types.ts");
  const needs = outsideNeeds(request.policies);
  return {
    ...(needs.examines === null ? {} : { examines: needs.examines }),
    ...(needs.qualityGate ? { qualityGates: qualityGates(context) } : {}),
    ...(needs.baseSupport ? { findBaseSupport: baseSupport(context) } : {}),
    ...(needs.baseAttestations ? { findBaseAttestations: baseAttestations(context, request) } : {}),
  };
}

function qualityGates({ config }: CliContext): QualityGateSource {
  const { sonarQube, isOffline } = config;
  return async (revision) => {
    if (sonarQube === null)
      return { reason: "no quality gate is configured: PLIMSOLL_SONARQUBE_URL is not set" };
    if (isOffline) return { reason: "PLIMSOLL_OFFLINE is set, so no quality gate was asked" };
    const { askSonarQube } = await import("../io/sonarqube.ts");
    return askSonarQube(revision, { ...sonarQube, signal: null });
  };
}

function baseSupport({ config }: CliContext): BaseSupportSource {
  return async ({ name, tag }) => {
    if (config.supportedTags.length === 0) {
      return { reason: "no list of supported tags is given: PLIMSOLL_SUPPORTED_TAGS is not set" };
    }
    const { readTagFiles } = await import("../config/tag-files.ts");
    const { readTagLists, supportOf } = await import("../policies/shared/supported-tags.ts");
    const files = await readTagFiles(config.supportedTags);
    const lists = files.flatMap((file) => readTagLists(file.name, file.text));
    const value = supportOf(lists, name, tag);
    return value === null ? { reason: `no list of supported tags speaks of ${name}` } : { value };
  };
}

/** Opens the base by its digest, reads no layer, and verifies what lies beside it. */
export function baseAttestations(
  context: CliContext,
  request: Omit<PolicySourcesRequest, "policies">,
): BaseAttestationSource {
  return async ({ name, digest }) => {
    if (digest === null) return { reason: `the digest of the base image ${name} is not known` };
    if (context.config.isOffline) return { reason: "PLIMSOLL_OFFLINE is set, so no registry was asked" };
    const { ref: _ofTheImage, ...rest } = request.options;
    const { registry, ...access } = resolveOptions(context, rest, request.platform);
    try {
      const opened = await openImage(`registry://${name}@${digest}`, {
        ...access,
        // A sign-in that was given for the image itself is not sent elsewhere.
        ...(registry === undefined ? {} : { registry: { ...registry, explicit: null } }),
      });
      await opened.close();
      const image = await verifySignatures(opened.image, request.signers);
      if (image.attestations === null) return { reason: `the registry of ${name} carries no attestations` };
      const own = [image.digest, image.indexDigest];
      return {
        value: image.attestations.map((attestation) => {
          // The digest of an index names its images too: what is about the one that was chosen is about the base.
          const isAbout = attestation.subjectDigests.some((subject) => own.includes(subject));
          return isAbout
            ? { ...attestation, subjectDigests: [...new Set([...attestation.subjectDigests, digest])] }
            : attestation;
        }),
      };
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      return { reason: `the base image ${name} could not be asked for: ${error.message}` };
    }
  };
}
