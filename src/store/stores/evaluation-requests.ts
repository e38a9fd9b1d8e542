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
 * those of them that hold a package with it, by any of its ids; with `digest` (of an image or an index) its images too, whether
 * they count or not.
 * `packages`: those that hold one of them.
 */
export type EvaluationRequest =
  | { readonly images: readonly string[] }
  | { readonly counting: true }
  | { readonly vulnerability: string; readonly digest?: string | null }
  | { readonly packages: readonly number[] };

/**
 * Enqueues an `evaluate` job for each analysed image concerned that counts, in the transaction of the change. How many images that
 * are. The verdict of those concerned that do not count is no verdict from then on: it is made again when they count, or when
 * somebody asks (`requestOutdated`).
 */
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
  const digest = "vulnerability" in which ? (which.digest ?? null) : null;
  const wanted = sql<boolean>`(
    image.id in (${countingImages(tx, orgId)}) or image.digest = ${digest} or image.id in (
      select held.image_id from repository_image held where held.org_id = ${orgId} and held.pushed_digest = ${digest}
    ))`;
  let query = tx
    .selectFrom("image")
    .select(["image.id", wanted.as("wanted")])
    .where("image.org_id", "=", orgId)
    .where("image.state", "=", "analysed")
    .orderBy("image.id");
  if ("packages" in which) query = query.where("image.id", "in", imagesHolding(tx, orgId, which.packages));
  else if ("vulnerability" in which)
    query = query.where("image.id", "in", imagesWith(tx, orgId, which.vulnerability));
  const concerned = await query.execute();
  await outdate(
    tx,
    orgId,
    concerned.flatMap((image) => (image.wanted ? [] : [image.id])),
  );
  return concerned.flatMap((image) => (image.wanted ? [image.id] : []));
}

async function outdate(tx: Kysely<Database>, orgId: string, images: readonly string[]): Promise<void> {
  if (images.length === 0) return;
  // Locked in one order, so that two changes at the same time wait for each other and do not block.
  await sql`
    with held as (
      select id from image where org_id = ${orgId} and id = any (${images}::uuid[]) order by id for no key update
    )
    update image set evaluation_id = null, outdated_count = outdated_count + 1,
      outdated_evaluation_id = coalesce(evaluation_id, outdated_evaluation_id)
    from held where image.org_id = ${orgId} and image.id = held.id`.execute(tx);
}

/**
 * Asks for new verdicts of images whose own is outdated: those of a pushed digest or with it, one image, or all that count by now.
 */
export async function requestOutdated(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  which: { readonly pushedDigest: string } | { readonly image: string } | { readonly counting: true },
): Promise<void> {
  let query = tx
    .selectFrom("image")
    .select("image.id")
    .where("image.org_id", "=", orgId)
    .where("image.state", "=", "analysed")
    .where("image.evaluation_id", "is", null)
    .where("image.outdated_evaluation_id", "is not", null)
    .orderBy("image.id");
  if ("image" in which) query = query.where("image.id", "=", which.image);
  else if ("counting" in which) query = query.where("image.id", "in", countingImages(tx, orgId));
  else {
    const { pushedDigest } = which;
    query = query.where(
      sql<boolean>`(image.digest = ${pushedDigest} or image.id in (
        select held.image_id from repository_image held
        where held.org_id = ${orgId} and held.pushed_digest = ${pushedDigest}))`,
    );
  }
  const images = (await query.execute()).map(({ id }) => id);
  await requestEvaluations(tx, queue, orgId, { images });
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
