/** What policies ask for beyond packages and findings, handed to an analysis only where one of them does. */
import { PlimsollError } from "../domain/error.ts";
import type { BaseImage, Platform, ResolvedImage } from "../domain/image.ts";
import type {
  Answer,
  BaseAttestationSource,
  BaseLayersSource,
  BaseSupportSource,
  QualityGateSource,
} from "../domain/policy-ports.ts";
import type { TrustedSigners } from "../domain/signature.ts";
import type { AnalyzeOptions } from "../analysis/options.ts";
import { verifySignatures } from "../analysis/verify-signed.ts";
import { openImage } from "../image/open.ts";
import type { EvidenceSource } from "../policies/rego/evidence.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import type { CliContext } from "./context.ts";
import { resolveOptions, type ImageOptions } from "./options/image.ts";

/** How the base image is asked for. */
export interface BaseRequest {
  readonly options: ImageOptions;
  readonly platform: Platform;
  readonly signers: TrustedSigners;
}

export interface PolicySourcesRequest extends BaseRequest {
  readonly policies: readonly PolicyDefinition[];
  readonly image: ResolvedImage;
}

export type PolicySources = Pick<
  AnalyzeOptions,
  "evidence" | "examines" | "qualityGates" | "findBaseAttestations" | "findBaseLayers" | "findBaseSupport"
>;

/** The parts of the options that the policies need. */
export async function policySources(
  context: CliContext,
  request: PolicySourcesRequest,
): Promise<PolicySources> {
  // Loaded here because option schemas are a heavy import, and commands without policies must not pay for it.
  const { outsideNeeds } = await import("../policies/policy-types.ts");
  const needs = outsideNeeds(request.policies);
  const openBaseImage = baseOpener(context, request);
  return {
    ...(hasModules(request.policies) ? { evidence: await moduleEvidence(context, request) } : {}),
    ...(needs.examines === null ? {} : { examines: needs.examines }),
    ...(needs.qualityGate ? { qualityGates: qualityGates(context) } : {}),
    ...(needs.baseSupport ? { findBaseSupport: baseSupport(context) } : {}),
    ...(needs.baseLayers ? { findBaseLayers: baseLayers(openBaseImage) } : {}),
    ...(needs.baseAttestations
      ? { findBaseAttestations: attestationsOf(openBaseImage, request.signers) }
      : {}),
  };
}

function hasModules(policies: readonly PolicyDefinition[]): boolean {
  return policies.some(({ enabled, program }) => enabled && program !== undefined && program.wasm !== null);
}

async function moduleEvidence(
  context: CliContext,
  { options, image }: PolicySourcesRequest,
): Promise<EvidenceSource> {
  const { policyEvidence } = await import("./policy/evidence/source.ts");
  return policyEvidence({ context, options, image });
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

/** By the lists of the settings, else by those that were loaded. */
function baseSupport(context: CliContext): BaseSupportSource {
  return async ({ name, tag }) => {
    const { readTagFiles } = await import("../config/tag-files.ts");
    const { readTagLists, supportOf } = await import("../policies/shared/supported-tags.ts");
    const { ageDays, keptDaysMax, readKeptLists } = await import("./base-support/kept-lists.ts");
    const files = await readTagFiles(context.config.supportedTags);
    const lists = files.flatMap((file) => readTagLists(file.name, file.text));
    const value = supportOf(lists, name, tag);
    if (value !== null) return { value };
    const kept = await readKeptLists(context);
    if (kept === null && lists.length === 0) return { reason: "no list of supported tags was loaded" };
    const loaded = supportOf(kept?.lists ?? [], name, tag);
    if (kept === null || loaded === null) return { reason: `no list of supported tags speaks of ${name}` };
    const days = ageDays(kept, context.clock());
    if (days > keptDaysMax) return { reason: `the lists of supported tags were loaded ${days} days ago` };
    return { value: loaded };
  };
}

/** Opens the base by its digest, once for all who ask, and reads no layer. */
function baseOpener(context: CliContext, request: BaseRequest): BaseOpener {
  const opened = new Map<string, Promise<Answer<ResolvedImage>>>();
  return ({ name, digest }) => {
    if (digest === null)
      return Promise.resolve({ reason: `the digest of the base image ${name} is not known` });
    if (context.config.isOffline)
      return Promise.resolve({ reason: "PLIMSOLL_OFFLINE is set, so no registry was asked" });
    const reference = `registry://${name}@${digest}`;
    const known = opened.get(reference) ?? openBase(context, request, reference);
    opened.set(reference, known);
    return known;
  };
}

type BaseOpener = (base: Pick<BaseImage, "name" | "digest">) => Promise<Answer<ResolvedImage>>;

async function openBase(
  context: CliContext,
  { options, platform }: BaseRequest,
  reference: string,
): Promise<Answer<ResolvedImage>> {
  const { ref: _ofTheImage, ...rest } = options;
  const { registry, ...access } = resolveOptions(context, rest, platform);
  try {
    const opened = await openImage(reference, {
      ...access,
      // A sign-in that was given for the image itself is not sent elsewhere.
      ...(registry === undefined ? {} : { registry: { ...registry, explicit: null } }),
    });
    await opened.close();
    return { value: opened.image };
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return { reason: `the base image could not be asked for: ${error.message}` };
  }
}

function baseLayers(openBaseImage: BaseOpener): BaseLayersSource {
  return async (base) => {
    const answer = await openBaseImage(base);
    return "value" in answer ? { value: answer.value.layers.map(({ diffId }) => diffId) } : answer;
  };
}

/** For who asks for these alone. */
export function baseAttestations(context: CliContext, request: BaseRequest): BaseAttestationSource {
  return attestationsOf(baseOpener(context, request), request.signers);
}

function attestationsOf(openBaseImage: BaseOpener, signers: TrustedSigners): BaseAttestationSource {
  return async (base) => {
    const answer = await openBaseImage(base);
    if ("reason" in answer) return answer;
    const image = await verifySignatures(answer.value, signers);
    if (image.attestations === null)
      return { reason: `the registry of ${base.name} carries no attestations` };
    const { digest } = base;
    const own = [image.digest, image.indexDigest];
    return {
      value: image.attestations.map((attestation) => {
        // The digest of an index names its images too: what is about the one that was chosen is about the base.
        const { subjectDigests } = attestation;
        const isAbout = subjectDigests.some((subject) => own.includes(subject));
        return isAbout && digest !== null
          ? { ...attestation, subjectDigests: [...new Set([...subjectDigests, digest])] }
          : attestation;
      }),
    };
  };
}
