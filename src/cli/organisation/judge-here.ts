/**
 * An image judged on this machine by an organisation's policies, approved exceptions and known base images: what was not pushed,
 * or what the server does not analyse. The vulnerability database is this machine's.
 */
import { baseAnswer, checkView, type CheckView } from "../../api/rest/checks.ts";
import type { ExceptionView } from "../../api/rest/exceptions.ts";
import type { Exception } from "../../domain/exception.ts";
import { formatPlatform } from "../../domain/image.ts";
import type { JudgedImage, Judgement } from "../../domain/judgement.ts";
import type { BaseByLayers } from "../../domain/ports.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { PlatformVerdict } from "../../reports/types.ts";
import type { CliContext } from "../context.ts";
import { judgePlatforms, type JudgeOptions } from "../judge-platforms.ts";
import type { ServerClient } from "../server/client.ts";

export interface HereRequest {
  readonly organisation: string;
  readonly reference: string;
  /** Why the server did not judge it. */
  readonly reason: string;
  /** Repository whose policies count, as in references; null: policies for all. */
  readonly repository: string | null;
  readonly options: JudgeOptions;
}

/** @throws PlimsollError when nothing can be said, as `plimsoll policy` without an organisation */
export async function judgeHere(
  context: CliContext,
  client: ServerClient,
  request: HereRequest,
): Promise<Judgement> {
  const { organisation, repository } = request;
  const check = await client.ask(
    { path: `/orgs/${organisation}/check`, query: { repository: repository ?? undefined } },
    checkView,
  );
  const platforms = await judgePlatforms(context, request.reference, request.options, {
    policies: check.policies.map(toDefinition),
    debug: false,
    needFindings: true,
    organisation: {
      exceptions: check.exceptions.flatMap(toException),
      findBaseByLayers: baseFinder(client, organisation, repository),
    },
  });
  return {
    organisation,
    judged: "here",
    reason: request.reason,
    page: null,
    effects: Object.fromEntries(check.policies.map(({ id, effect }) => [id, effect])),
    serverDatabase: check.databaseDigest,
    images: platforms.map(toImage),
  };
}

function toDefinition({ id, title, type, weight, config }: CheckView["policies"][number]): PolicyDefinition {
  return { id, title, type, weight, enabled: true, config };
}

/** Only one that somebody approved is an exception. */
function toException(view: ExceptionView): Exception[] {
  const { state, decidedBy, decidedAt } = view;
  if (state !== "approved" || decidedBy === null || decidedAt === null) return [];
  const { id, vulnerability, kind, justification, reason, scope, requestedBy, expiresAt } = view;
  return [
    { id, vulnerability, kind, justification, reason, scope, requestedBy, decidedBy, decidedAt, expiresAt },
  ];
}

/** The organisation's own images, asked by the layers; the server tells no more than a name that the organisation may read. */
function baseFinder(client: ServerClient, organisation: string, repository: string | null): BaseByLayers {
  return async (chainIds, { digest, historyIds }) => {
    // The server takes a bounded list; the longest prefixes are at its end.
    const body = {
      chainIds: chainIds.slice(-IDS_MAX),
      historyIds: historyIds.slice(-IDS_MAX),
      digest,
      repository,
    };
    const { base } = await client.ask(
      { method: "POST", path: `/orgs/${organisation}/bases`, body },
      baseAnswer,
    );
    return base;
  };
}

const IDS_MAX = 1000;

function toImage({ platform, analysis, reason }: PlatformVerdict): JudgedImage {
  if (analysis === null) {
    return {
      name: platform,
      digest: null,
      platform,
      verdict: null,
      reason,
      completeness: "incomplete",
      verification: "not_applicable",
      database: null,
      analysis: null,
    };
  }
  const { image, sbom, verdict, database } = analysis;
  return {
    name: image.reference,
    digest: image.digest,
    platform: image.source === "fs" || image.source === "sbom" ? null : formatPlatform(image.config.platform),
    verdict,
    reason: null,
    completeness: sbom.completeness,
    verification: sbom.verification,
    database:
      database === null
        ? null
        : {
            digest: database.digest,
            updatedAt: database.updatedAt,
            stale: database.stale,
            demonstration: analysis.demonstration,
          },
    analysis,
  };
}
