/**
 * Whether a pushed image may be deployed. Every image of it must pass: what is not known yet stops as well as what is known to be
 * bad. Only policies with the effect `block` have a say; for an environment those of that environment and of all.
 */
import { createHash } from "node:crypto";
import type { GateAnswer } from "../../api/rest/checks.ts";
import { databaseAgeOf } from "../../domain/database-age.ts";
import type { Verdict } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import { decideGate } from "../../policies/gate.ts";
import { judge } from "../../policies/verdict.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import type { StoredResult } from "../../store/schema.ts";
import { findDatabaseState, type StoredDatabaseState } from "../../store/stores/database-state.ts";
import { findEvaluation } from "../../store/views/evaluation-sources.ts";
import type { PushedImage } from "../../store/views/pushed-images.ts";
import type { OrgScope } from "../caller.ts";
import { isDemonstration, pagePath, type FoundImage } from "../pushed-image.ts";
import { resultsFor, type AskedEnvironment } from "./environment-results.ts";

type Cause = GateAnswer["causes"][number];

export interface Decided {
  readonly answer: GateAnswer;
  /** Ids of the images that it is about. */
  readonly images: readonly string[];
  /** Milliseconds since 1970: from then on it may be another one, though nothing is told of a change. */
  readonly goodUntil: number;
  /** Something has changed under a verdict, which is to be made again. */
  readonly isOutdated: boolean;
  /** Images that the environment's policies are to be evaluated on. */
  readonly unforeseen: readonly string[];
}

export interface DecideContext {
  readonly org: OrgScope;
  /** Null: wherever it runs. */
  readonly environment: AskedEnvironment | null;
  readonly now: Date;
  readonly ageHoursMax: number;
}

/** @throws what the store throws */
export async function decide(
  tx: StoreTransaction,
  context: DecideContext,
  found: FoundImage,
): Promise<Decided> {
  const { org, environment } = context;
  const { repository, digest, images, failure } = found;
  const database = await findDatabaseState(tx);
  const judged: JudgedImage[] = [];
  let demonstration = false;
  for (const image of images) {
    judged.push(await judgeImage(tx, context, image, database));
    demonstration ||= await isDemonstration(tx, org.id, image, database);
  }
  const causes = judged.flatMap((each, at) => named(images[at], images.length, each.causes));
  if (images.length === 0) {
    causes.push(failure === null ? queued("its index is not resolved yet") : failed(failure.message));
  }
  const times = judged.flatMap(({ evaluatedAt }) => evaluatedAt ?? []);
  return {
    answer: {
      pass: causes.length === 0,
      causes,
      repository,
      digest,
      environment: environment?.name ?? null,
      demonstration,
      evidence: {
        evaluatedAt: times.length < images.length ? null : (times.toSorted()[0] ?? null),
        databaseUpdatedAt: database?.status.updatedAt ?? null,
        databaseDigest: database?.status.digest ?? null,
        policyDigest: digestOfPolicies(judged.flatMap(({ results }) => results)),
      },
      path: pagePath(org, images[0]),
    },
    images: images.map(({ id }) => id),
    // Of what came of resolving an index nobody is told.
    goodUntil:
      images.length === 0
        ? 0
        : Math.min(staleFrom(database, context), ...judged.map(({ goodUntil }) => goodUntil)),
    isOutdated: images.some(({ outdated }) => outdated),
    unforeseen: judged.flatMap(({ isUnforeseen }, at) => (isUnforeseen ? (images[at]?.id ?? []) : [])),
  };
}

interface JudgedImage {
  readonly causes: readonly Cause[];
  /** Those that had a say. */
  readonly results: readonly StoredResult[];
  /** RFC 3339 in UTC; null: not judged. */
  readonly evaluatedAt: string | null;
  readonly goodUntil: number;
  readonly isUnforeseen: boolean;
}

async function judgeImage(
  tx: StoreTransaction,
  context: DecideContext,
  image: PushedImage,
  database: StoredDatabaseState | null,
): Promise<JudgedImage> {
  const unknown = (cause: Cause): JudgedImage => ({
    causes: [cause],
    results: [],
    evaluatedAt: null,
    goodUntil: Infinity,
    isUnforeseen: false,
  });
  if (image.state === "failed") return unknown(failed(image.failureMessage ?? "no reason is known"));
  if (image.state !== "analysed") return unknown(queued("it is not analysed yet"));
  const { org, environment, now } = context;
  const evaluation =
    image.evaluationId === null ? null : await findEvaluation(tx, org.id, image.evaluationId);
  if (evaluation === null) {
    if (!image.outdated) return unknown(queued("no policy was evaluated yet"));
    return unknown({ cause: "outdated", message: "it is being judged again" });
  }
  const counted = await resultsFor(tx, { orgId: org.id, imageId: image.id, environment, now }, evaluation);
  const results = counted.results.filter(({ effect }) => effect === "block");
  const { causes } = decideGate({
    verdict: verdictOf(results),
    findingsLeft: null,
    completeness: image.completeness ?? "incomplete",
    verification: image.verification ?? "unverified",
    database:
      database === null || !evaluation.hasFindings
        ? null
        : { stale: databaseAgeOf(database.status, context).stale, missingSpaces: [] },
    undeterminedCount: 0,
    options: { exitCode: true, failOn: ["no-data", "incomplete", "stale"] },
  });
  const missing = counted.isUnforeseen
    ? [queued(`the policies of ${environment?.name ?? "its environment"} are being evaluated on it`)]
    : [];
  return {
    // Vulnerabilities and findings that are undetermined are asked for by commands that gate on findings.
    causes: [
      ...causes.flatMap(({ cause, message }) =>
        cause === "vulnerabilities" || cause === "undetermined" ? [] : [{ cause, message }],
      ),
      ...missing,
    ],
    results,
    evaluatedAt: evaluation.evaluatedAt.toISOString(),
    goodUntil: counted.goodUntil,
    isUnforeseen: counted.isUnforeseen,
  };
}

/** Of the policies that may block; null when there are none, for then nothing but the image's state can stop it. */
function verdictOf(results: readonly StoredResult[]): Verdict | null {
  if (results.length === 0) return null;
  return judge(results.map(({ policyId, ...result }) => ({ ...result, policy: policyId, debug: [] })));
}

/** When a database that is fresh now will be too old. */
function staleFrom(database: StoredDatabaseState | null, context: DecideContext): number {
  if (database === null || database.status.demonstration) return Infinity;
  if (databaseAgeOf(database.status, context).stale) return Infinity;
  return Date.parse(database.status.updatedAt) + context.ageHoursMax * 3_600_000;
}

/** The same for the same versions of the same policies, whatever they said. */
function digestOfPolicies(results: readonly StoredResult[]): string {
  const names = new Set(results.map(({ policyId, policyVersion }) => `${policyId}@${policyVersion}`));
  return `sha256:${createHash("sha256")
    .update([...names].toSorted().join("\n"))
    .digest("hex")}`;
}

/** Of several platforms each cause says which one it is about. */
function named(
  image: PushedImage | undefined,
  imageCount: number,
  causes: readonly Cause[],
): readonly Cause[] {
  if (imageCount === 1) return causes;
  const platform = printable(image?.platform ?? "one of its images", 100);
  return causes.map(({ cause, message }) => ({ cause, message: `${platform}: ${message}` }));
}

function queued(why: string): Cause {
  return { cause: "queued", message: why };
}

function failed(why: string): Cause {
  return { cause: "failed", message: `its analysis failed: ${printable(why, 1000)}` };
}
