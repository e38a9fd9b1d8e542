/**
 * Writes of images: a row a platform and organisation, from the moment its digest is known until its analysis is recorded. Every
 * function names the organisation, because the worker's role sees the rows of all.
 */
import { sql, type Kysely } from "kysely";
import type { Layer } from "../../domain/image.ts";
import type { Distro, Sbom } from "../../domain/package.ts";
import type { BaseImageFacts } from "../../domain/policy.ts";
import type { Database, ImageInventory } from "../schema.ts";
import { storableJson, storableText } from "../storable.ts";

export type ImageState = Database["image"]["state"];

export interface TargetImage {
  /** Of the platform's manifest. */
  readonly digest: string;
  /** `linux/amd64`; null: not known before its config is read. */
  readonly platform: string | null;
}

export interface KnownImage {
  readonly id: string;
  readonly digest: string;
  readonly state: ImageState;
}

/** A row for each digest: those that are new wait as `queued`, the others are left alone. In the order of the targets. */
export async function openImages(
  tx: Kysely<Database>,
  orgId: string,
  targets: readonly TargetImage[],
): Promise<readonly KnownImage[]> {
  // Sorted, so that two analyses that share images take their locks in the same order.
  const sorted = targets.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  await sql`
    insert into image (org_id, digest, platform, state)
    select ${orgId}, t.digest, t.platform, 'queued'
    from jsonb_to_recordset(${storableJson(sorted)}::jsonb) as t(digest text, platform text)
    on conflict (org_id, digest) do nothing`.execute(tx);
  const rows = await tx
    .selectFrom("image")
    .select(["id", "digest", "state"])
    .where("org_id", "=", orgId)
    .where(
      "digest",
      "in",
      targets.map(({ digest }) => digest),
    )
    .execute();
  return targets.flatMap(({ digest }) => rows.find((row) => row.digest === digest) ?? []);
}

/** The images of a pushed digest stand in the repository: it was found there, whatever tag it had. */
export async function recordPlaces(
  tx: Kysely<Database>,
  orgId: string,
  place: { readonly repositoryId: string; readonly pushedDigest: string },
  imageIds: readonly string[],
): Promise<void> {
  const { repositoryId, pushedDigest } = place;
  await sql`
    insert into repository_image (org_id, repository_id, image_id, pushed_digest, found_at)
    select ${orgId}, ${repositoryId}, image_id, ${pushedDigest}, now() from unnest(${imageIds}::uuid[]) as t(image_id)
    order by image_id
    on conflict (org_id, repository_id, pushed_digest, image_id) do update set found_at = now()`.execute(tx);
}

/** What was taken for an image when it was pushed, and is none: an attestation, a signature. One that was analysed stays. */
export async function forgetImage(tx: Kysely<Database>, orgId: string, digest: string): Promise<void> {
  await tx
    .deleteFrom("image")
    .where("org_id", "=", orgId)
    .where("digest", "=", digest)
    .where("state", "!=", "analysed")
    .execute();
}

/** What an image that was analysed before was found to be stays while it is analysed again. */
export async function startAnalysis(tx: Kysely<Database>, orgId: string, imageId: string): Promise<void> {
  await setState(tx, orgId, imageId, { state: "analysing", failure_code: null, failure_message: null });
}

/** Why it could not be analysed; null: it is tried again later. An image that was analysed before stays so. */
export async function endAnalysis(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  failure: { readonly code: string; readonly message: string } | null,
): Promise<void> {
  await setState(tx, orgId, imageId, {
    state: failure === null ? "queued" : "failed",
    failure_code: failure?.code ?? null,
    failure_message: failure === null ? null : storableText(failure.message, 4000),
  });
}

async function setState(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  change: {
    readonly state: ImageState;
    readonly failure_code: string | null;
    readonly failure_message: string | null;
  },
): Promise<void> {
  await tx
    .updateTable("image")
    .set(change)
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .where("state", "!=", "analysed")
    .execute();
}

/** What analysis found of an image. */
export interface ImageRecord {
  readonly platform: string;
  readonly sizeBytes: number;
  readonly createdAt: Date | null;
  readonly distro: Pick<Distro, "id" | "name" | "versionId"> | null;
  readonly completeness: Sbom["completeness"];
  readonly verification: Sbom["verification"];
  readonly packageCount: number;
  readonly inventory: ImageInventory;
  /** Null where the layers' content was not compared with their diff IDs: such an image is nobody's base. */
  readonly chainId: string | null;
  /** Of all its steps; null: its config tells no history. */
  readonly historyId: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly userName: string;
  readonly layers: readonly (Layer & { readonly chainId: string })[];
}

/**
 * The image is analysed. Its digest names its layers, so those that were recorded before are the same; only what its provenance
 * tells of them may have come later.
 */
export async function recordImage(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  record: ImageRecord,
): Promise<void> {
  await tx
    .updateTable("image")
    .set({
      state: "analysed",
      failure_code: null,
      failure_message: null,
      platform: storableText(record.platform, NAME_LENGTH_MAX),
      size_bytes: record.sizeBytes,
      created_at: record.createdAt,
      ...distroColumns(record.distro),
      completeness: record.completeness,
      verification: record.verification,
      package_count: record.packageCount,
      inventory: storableJson(record.inventory),
      chain_id: record.chainId,
      history_id: record.historyId,
      labels: storableJson(record.labels),
      user_name: storableText(record.userName, NAME_LENGTH_MAX),
      analysed_at: sql<Date>`now()`,
    })
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .execute();
  await recordLayers(tx, orgId, imageId, record.layers);
}

function distroColumns(
  distro: ImageRecord["distro"],
): Pick<Database["image"], "distro" | "distro_name" | "distro_version"> {
  if (distro === null) return { distro: null, distro_name: null, distro_version: null };
  const { id, name, versionId } = distro;
  return {
    distro: storableText(id, NAME_LENGTH_MAX),
    distro_name: storableText(name, NAME_LENGTH_MAX),
    distro_version: versionId === null ? null : storableText(versionId, NAME_LENGTH_MAX),
  };
}

/** What people read of names; the document has them in full. */
const NAME_LENGTH_MAX = 1000;

async function recordLayers(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  layers: ImageRecord["layers"],
): Promise<void> {
  await sql`
    insert into layer (org_id, image_id, index, diff_id, digest, media_type, size_bytes, command, source, chain_id)
    select ${orgId}, ${imageId}, t."index", t."diffId", t.digest, t."mediaType", t."sizeBytes", t.command, t.source,
      t."chainId"
    from jsonb_to_recordset(${storableJson(layers)}::jsonb) as t(
      "index" integer, "diffId" text, digest text, "mediaType" text, "sizeBytes" bigint, command text, source jsonb,
      "chainId" text
    )
    on conflict (org_id, image_id, index) do update set source = excluded.source
      where layer.source is distinct from excluded.source`.execute(tx);
}

/** What the newest evaluation knows of the base: it may become known long after the image was analysed. */
export async function recordBase(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  base: {
    readonly facts: BaseImageFacts | null;
    readonly reason: string | null;
    /** Layers from the bottom that are the base's; 0 where it is not proven by its layers. */
    readonly layerCount: number;
  },
): Promise<void> {
  await tx
    .updateTable("image")
    .set({
      base: base.facts === null ? null : storableJson(base.facts),
      base_reason: base.reason === null ? null : storableText(base.reason),
    })
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .execute();
  await tx
    .updateTable("layer")
    .set({ from_base: sql<boolean>`layer.index < ${base.layerCount}` })
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .where(sql<boolean>`from_base is distinct from (layer.index < ${base.layerCount})`)
    .execute();
}
