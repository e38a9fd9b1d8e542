/**
 * Whether a pushed image may be deployed. Every image of it must pass: what is not known yet stops as well as what is known to be
 * bad. Only policies with the effect `block` have a say.
 */
import type { GateAnswer } from "../api/rest/checks.ts";
import type { Verdict } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { decideGate } from "../policies/gate.ts";
import { judge } from "../policies/verdict.ts";
import type { StoreTransaction } from "../store/connect.ts";
import { findDatabaseState, type StoredDatabaseState } from "../store/stores/database-state.ts";
import { findEvaluation, type StoredEvaluation } from "../store/views/evaluation-sources.ts";
import type { PushedImage } from "../store/views/pushed-images.ts";
import type { OrgScope } from "./caller.ts";
import { databaseAgeOf } from "../domain/database-age.ts";
import { isDemonstration, pagePath, type FoundImage } from "./pushed-image.ts";

type Cause = GateAnswer["causes"][number];

/** @throws what the store throws */
export async function decide(
  tx: StoreTransaction,
  org: OrgScope,
  found: FoundImage,
  clock: { readonly now: Date; readonly ageHoursMax: number },
): Promise<GateAnswer> {
  const { repository, digest, images, failure } = found;
  const database = await findDatabaseState(tx);
  const isStale = database !== null && databaseAgeOf(database.status, clock).stale;
  const causes: Cause[] = [];
  let demonstration = false;
  for (const image of images) {
    causes.push(...named(image, images.length, await causesOf(tx, org.id, image, { database, isStale })));
    demonstration ||= await isDemonstration(tx, org.id, image, database);
  }
  if (images.length === 0) {
    causes.push(failure === null ? queued("its index is not resolved yet") : failed(failure.message));
  }
  return {
    pass: causes.length === 0,
    causes,
    repository,
    digest,
    demonstration,
    path: pagePath(org, images[0]),
  };
}

async function causesOf(
  tx: StoreTransaction,
  orgId: string,
  image: PushedImage,
  { database, isStale }: { readonly database: StoredDatabaseState | null; readonly isStale: boolean },
): Promise<readonly Cause[]> {
  if (image.state === "failed") return [failed(image.failureMessage ?? "no reason is known")];
  if (image.state !== "analysed") return [queued("it is not analysed yet")];
  const evaluation = image.evaluationId === null ? null : await findEvaluation(tx, orgId, image.evaluationId);
  if (evaluation === null) {
    return [queued(image.outdated ? "it is being judged again" : "no policy was evaluated yet")];
  }
  const { causes } = decideGate({
    verdict: blockingVerdict(evaluation),
    findingsLeft: null,
    completeness: image.completeness ?? "incomplete",
    verification: image.verification ?? "unverified",
    database: database === null || !evaluation.hasFindings ? null : { stale: isStale, missingSpaces: [] },
    undeterminedCount: 0,
    options: { exitCode: true, failOn: ["no-data", "incomplete", "stale"] },
  });
  // The others are asked for by commands that gate on findings.
  return causes.flatMap(({ cause, message }) =>
    cause === "vulnerabilities" || cause === "undetermined" ? [] : [{ cause, message }],
  );
}

/** The verdict of the policies that may block; null when there are none, for then nothing but the image's state can stop it. */
function blockingVerdict({ results }: StoredEvaluation): Verdict | null {
  const blocking = results.filter(({ effect }) => effect === "block");
  if (blocking.length === 0) return null;
  return judge(blocking.map(({ policyId, ...result }) => ({ ...result, policy: policyId, debug: [] })));
}

/** Of several platforms each cause says which one it is about. */
function named(image: PushedImage, imageCount: number, causes: readonly Cause[]): readonly Cause[] {
  if (imageCount === 1) return causes;
  const platform = printable(image.platform ?? "one of its images", 100);
  return causes.map(({ cause, message }) => ({ cause, message: `${platform}: ${message}` }));
}

function queued(why: string): Cause {
  return { cause: "queued", message: why };
}

function failed(why: string): Cause {
  return { cause: "failed", message: `its analysis failed: ${printable(why, 1000)}` };
}
