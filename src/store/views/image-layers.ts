/** Layers of an image with what each of them brought: a package belongs to the layer where it was seen first. */
import { sql, type Kysely } from "kysely";
import type { LayerSource } from "../../domain/image.ts";
import type { Database } from "../schema.ts";
import { fillCounts, findingClass, findingsOfHeld, type SeverityCounts } from "./severity-counts.ts";

export interface ImageLayerRow {
  readonly index: number;
  readonly diffId: string;
  readonly digest: string | null;
  readonly sizeBytes: number;
  readonly command: string | null;
  /** Lines of the build file; null: no provenance tells them. */
  readonly source: LayerSource | null;
  readonly fromBase: boolean;
  readonly packageCount: number;
  /** Null: nothing is known of the image's findings. */
  readonly findings: SeverityCounts | null;
}

/** From the bottom. */
export async function listImageLayers(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<readonly ImageLayerRow[]> {
  const { rows } = await sql<ImageLayerRow & { counts: Partial<SeverityCounts> | null; known: boolean }>`
    with held as materialized (
      select org_id, image_id, package_id, ${firstLayer} as layer
      from image_package where org_id = ${orgId} and image_id = ${imageId}
    ), brought as (
      select layer, count(*) as packages from held group by layer
    ), counted as (
      select layer, json_object_agg(class, number) as counts
      from (
        select held.layer, ${findingClass} as class, count(*) as number
        from held ${findingsOfHeld} group by 1, 2
      ) classes group by layer
    )
    select l.index, l.diff_id as "diffId", l.digest, l.size_bytes as "sizeBytes", l.command, l.source, l.from_base as "fromBase",
      coalesce(brought.packages, 0) as "packageCount", counted.counts, coalesce(e.has_findings, false) as known
    from layer l
    join image i on i.org_id = l.org_id and i.id = l.image_id
    left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id
    left join brought on brought.layer = l.index
    left join counted on counted.layer = l.index
    where l.org_id = ${orgId} and l.image_id = ${imageId}
    order by l.index`.execute(tx);
  return rows.map(({ counts, known, ...row }) => ({ ...row, findings: known ? fillCounts(counts) : null }));
}

/** Index of the layer that a row of `image_package` came with, or null. */
export const firstLayer = sql<number | null>`(evidence -> 0 ->> 'layerIndex')::integer`;
