/**
 * Asks for evaluations: the change of a policy, an exception or an advisory turns into jobs, one an image. An image that waits
 * already is not queued again; one that is just being evaluated is queued once more, because it may have read the old state.
 */
import { sql, type Kysely } from "kysely";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";
import { countingImages } from "../views/counting-images.ts";

/**
 * Which images. `counting`: the latest tag of each enabled repository and what is recorded in environments. `vulnerability`:
 * those of them that hold a package with it, by any of its ids; with `digest` that image too, whether it counts or not.
 * `packages`: those that hold one of them.
 */
export type EvaluationRequest =
  | { readonly images: readonly string[] }
  | { readonly counting: true }
  | { readonly vulnerability: string; readonly digest?: string | null }
  | { readonly packages: readonly number[] };

/** Enqueues an `evaluate` job for each analysed image concerned, in the transaction of the change. How many images that are. */
export async function requestEvaluations(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  which: EvaluationRequest,
): Promise<number> {
  const images = "images" in which ? which.images : await imagesOf(tx, orgId, which);
  const jobs = [...new Set(images)].map((image) => ({
    kind: "evaluate" as const,
    key: `${orgId}/${image}`,
    payload: { org: orgId, image },
  }));
  await queue.send(tx, jobs);
  return jobs.length;
}

async function imagesOf(
  tx: Kysely<Database>,
  orgId: string,
  which: Exclude<EvaluationRequest, { readonly images: readonly string[] }>,
): Promise<readonly string[]> {
  let query = tx
    .selectFrom("image")
    .select("image.id")
    .where("image.org_id", "=", orgId)
    .where("image.state", "=", "analysed")
    .orderBy("image.id");
  const counts = sql<boolean>`image.id in (${countingImages(tx, orgId)})`;
  if ("counting" in which) {
    query = query.where(counts);
  } else if ("packages" in which) {
    query = query.where(counts).where("image.id", "in", imagesHolding(tx, orgId, which.packages));
  } else {
    const { vulnerability, digest = null } = which;
    query = query
      .where(sql<boolean>`(${counts} or image.digest = ${digest})`)
      .where("image.id", "in", imagesWith(tx, orgId, vulnerability));
  }
  return (await query.execute()).map(({ id }) => id);
}

/** Asks for evaluations in every organisation that holds one of the packages. Only the worker's role sees them all. */
export async function requestEvaluationsEverywhere(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  packages: readonly number[],
): Promise<void> {
  if (packages.length === 0) return;
  const { rows } = await sql<{ org: string }>`
    select distinct org_id as org from org_package where package_id = any (${packages}::bigint[])`.execute(
    tx,
  );
  for (const { org } of rows) await requestEvaluations(tx, queue, org, { packages });
}

/** Asks for evaluations of images whose newest one could not say anything about vulnerabilities, in every organisation. */
export async function requestUnmatched(tx: Kysely<Database>, queue: Pick<Queue, "send">): Promise<void> {
  const { rows } = await sql<{ org: string; images: readonly string[] }>`
    select image.org_id as org, array_agg(image.id::text order by image.id) as images
    from image join evaluation newest on newest.org_id = image.org_id and newest.id = image.evaluation_id
    where image.state = 'analysed' and not newest.has_findings
    group by image.org_id order by image.org_id`.execute(tx);
  for (const { org, images } of rows) await requestEvaluations(tx, queue, org, { images });
}

function imagesHolding(tx: Kysely<Database>, orgId: string, packages: readonly number[]) {
  return tx
    .selectFrom("image_package as held")
    .where("held.org_id", "=", orgId)
    .where(sql<boolean>`held.package_id = any (${packages}::bigint[])`)
    .select("held.image_id");
}

/** Images that hold a package with the vulnerability. */
function imagesWith(tx: Kysely<Database>, orgId: string, vulnerability: string) {
  const ids = spellings(vulnerability);
  return tx
    .selectFrom("finding")
    .innerJoin("image_package as held", "held.package_id", "finding.package_id")
    .where("held.org_id", "=", orgId)
    .where(sql<boolean>`(finding.vulnerability = any (${ids}::text[]) or finding.aliases && ${ids}::text[])`)
    .select("held.image_id");
}

/** People write ids in any case, and the index knows them as published: `CVE-2026-1`, `GHSA-2c4m-59x9-fr2g`. */
export function spellings(id: string): readonly string[] {
  const ghsa = id.replace(/^ghsa-(.*)$/i, (_whole, rest: string) => `GHSA-${rest.toLowerCase()}`);
  return [...new Set([id, id.toUpperCase(), ghsa])];
}
