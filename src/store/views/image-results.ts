/** What the policies say of an image, each deviation with the layer that it is about. */
import { sql, type Kysely } from "kysely";
import type { Deviation } from "../../domain/policy.ts";
import type { Database, StoredResult } from "../schema.ts";
import { findEvaluation, type StoredEvaluation } from "./evaluation-sources.ts";

export interface ImageResult extends Omit<StoredResult, "deviations"> {
  readonly deviations: readonly (Deviation & { readonly layerIndex: number | null })[];
}

/** An evaluation with the results that go with it; null: there is no such one, or not theirs. */
export async function findImageResults(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  evaluationId: string,
): Promise<{ readonly evaluation: StoredEvaluation; readonly results: readonly ImageResult[] } | null> {
  const evaluation = await findEvaluation(tx, orgId, evaluationId);
  if (evaluation === null) return null;
  const deviations = evaluation.results.flatMap((result) => result.deviations);
  const layers = await findLayers(tx, orgId, imageId, deviations);
  const results = evaluation.results.map((result) => ({
    ...result,
    deviations: result.deviations.map((deviation) => ({
      ...deviation,
      layerIndex: layers.get(deviation.layer ?? deviation.purl ?? "") ?? null,
    })),
  }));
  return { evaluation, results };
}

/** Index of a layer by its diff ID, and by each package that it brought. */
async function findLayers(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  deviations: readonly Deviation[],
): Promise<ReadonlyMap<string, number>> {
  const diffIds = [...new Set(deviations.flatMap(({ layer }) => layer ?? []))];
  const purls = [...new Set(deviations.flatMap(({ purl }) => purl ?? []))];
  if (diffIds.length === 0 && purls.length === 0) return new Map();
  const { rows } = await sql<{ name: string; index: number }>`
    select diff_id as name, index from layer
    where org_id = ${orgId} and image_id = ${imageId} and diff_id = any (${diffIds}::text[])
    union all
    select distinct on (purl) purl as name, (evidence -> 0 ->> 'layerIndex')::integer as index from image_package
    where org_id = ${orgId} and image_id = ${imageId} and purl = any (${purls}::text[])
      and evidence -> 0 ->> 'layerIndex' is not null`.execute(tx);
  return new Map(rows.map(({ name, index }) => [name, index]));
}
