/**
 * Packages: once per match key for the whole installation, reachable by an organisation only through `org_package`. Rows are locked
 * in one order, the keys of new ones before the ids of those that are matched, so that analyses and monitoring never wait for each
 * other in a circle.
 */
import { createHash } from "node:crypto";
import { sql, type Kysely } from "kysely";
import type { Evidence } from "../../domain/package.ts";
import type { Database } from "../schema.ts";
import { storableJson, storableText } from "../storable.ts";

/** A package as it is stored: what every image that holds it has in common. */
export interface StoredPackage {
  /** The match key, see `analysis/match-key.ts`. */
  readonly identity: string;
  /** Package URL without qualifiers of location. */
  readonly purl: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** `debian 12`; null: no distro. */
  readonly distro: string | null;
  readonly sourceName: string | null;
  readonly sourceVersion: string | null;
}

/** A package row and how far it is matched. */
export interface PackageState {
  readonly id: number;
  readonly identity: string;
  /** Id of the matching it was last compared by, see `analysis/matching-id.ts`; null: never. */
  readonly matchedWith: string | null;
  /** Digest of the advisories that were found for it then. */
  readonly advisoryDigest: string | null;
}

/** How many rows one statement writes. */
export const CHUNK_ROWS = 5000;

/** The packages that are known already, by identity; those that are not are absent. Takes no locks. */
export async function findPackages(
  tx: Kysely<Database>,
  identities: readonly string[],
): Promise<ReadonlyMap<string, PackageState>> {
  const known = new Map<string, PackageState>();
  for (const chunk of chunks(identities, CHUNK_ROWS)) {
    const { rows } = await sql<PackageState>`
      select id, identity, matched_with as "matchedWith", advisory_digest as "advisoryDigest"
      from package where match_key = any (${chunk.map(matchKey)}::text[])`.execute(tx);
    for (const row of rows) known.set(row.identity, row);
  }
  return known;
}

/** Makes the packages that are missing. Returns all of them by identity. */
export async function openPackages(
  tx: Kysely<Database>,
  packages: readonly StoredPackage[],
): Promise<ReadonlyMap<string, PackageState>> {
  const unique = [...new Map(packages.map((pkg) => [pkg.identity, pkg])).values()];
  const rows = unique
    .map((pkg) => ({
      ...pkg,
      matchKey: matchKey(pkg.identity),
      ecosystem: storableText(pkg.ecosystem, NAME_LENGTH_MAX),
      name: storableText(pkg.name, NAME_LENGTH_MAX),
    }))
    .sort((a, b) => (a.matchKey < b.matchKey ? -1 : 1));
  for (const chunk of chunks(rows, CHUNK_ROWS)) {
    await sql`
      insert into package (match_key, identity, purl, ecosystem, name, version, distro, source_name, source_version)
      select t."matchKey", t.identity, t.purl, t.ecosystem, t.name, t.version, t.distro, t."sourceName", t."sourceVersion"
      from jsonb_to_recordset(${storableJson(chunk)}::jsonb) as t(
        "matchKey" text, identity text, purl text, ecosystem text, name text, version text, distro text,
        "sourceName" text, "sourceVersion" text
      )
      order by t."matchKey"
      on conflict (match_key) do nothing`.execute(tx);
  }
  return findPackages(
    tx,
    unique.map(({ identity }) => identity),
  );
}

/** Part of an index entry, which holds 2,700 bytes; no advisory names a longer one. */
const NAME_LENGTH_MAX = 500;

function matchKey(identity: string): string {
  return createHash("sha256").update(identity).digest("hex");
}

/** Locks the packages until the transaction ends, and tells how far each is matched now. */
export async function lockPackages(
  tx: Kysely<Database>,
  ids: readonly number[],
): Promise<ReadonlyMap<number, PackageState>> {
  const { rows } = await sql<PackageState>`
    select id, identity, matched_with as "matchedWith", advisory_digest as "advisoryDigest"
    from package where id = any (${ids}::bigint[]) order by id for update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The next packages, by id, that were not compared by the matching of this id. */
export async function findUnmatched(
  tx: Kysely<Database>,
  matchingId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly PackageState[]> {
  const { rows } = await sql<PackageState>`
    select id, identity, matched_with as "matchedWith", advisory_digest as "advisoryDigest"
    from package where id > ${page.after} and matched_with is distinct from ${matchingId}
    order by id limit ${page.limit}`.execute(tx);
  return rows;
}

/**
 * Packages that were compared by the matching `from` count as compared by `to`, except those that are looked up in one of the
 * spaces, where the two differ, and with `ratings` those with findings, whose severity may. Returns how many.
 */
export async function carryMatches(
  tx: Kysely<Database>,
  change: {
    readonly from: string;
    readonly to: string;
    readonly spaces: readonly string[];
    readonly ratings: boolean;
  },
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update package set matched_with = ${change.to}, matched_at = now()
    where matched_with = ${change.from} and not exists (
      select from package_key k where k.package_id = package.id and k.space = any (${change.spaces}::text[])
    ) and not (${change.ratings} and exists (select from finding f where f.package_id = package.id))`.execute(
    tx,
  );
  return Number(numAffectedRows);
}

/** Packages that are looked up in one of the spaces. */
export async function findInSpaces(
  tx: Kysely<Database>,
  spaces: readonly string[],
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct package_id as id from package_key where space = any (${spaces}::text[])`.execute(tx);
  return rows.map(({ id }) => id);
}

/** A package where it stands in an image. */
export interface PlacedPackage {
  /** In the SBOM. */
  readonly position: number;
  readonly packageId: number;
  readonly purl: string;
  readonly evidence: readonly Evidence[];
  readonly licenses: readonly string[];
  /** See `Package`; null: not known. */
  readonly fileCount: number | null;
  readonly ownedBy: string | null;
  readonly bySignature: boolean;
}

/** The packages of the image take the place of those recorded before, and the organisation may see them. */
export async function recordImagePackages(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  packages: readonly PlacedPackage[],
): Promise<void> {
  await tx.deleteFrom("image_package").where("org_id", "=", orgId).where("image_id", "=", imageId).execute();
  for (const chunk of chunks(packages, CHUNK_ROWS)) {
    await sql`
      insert into image_package (
        org_id, image_id, position, package_id, purl, evidence, licenses, file_count, owned_by, by_signature
      )
      select ${orgId}, ${imageId}, t.position, t."packageId", t.purl, t.evidence, t.licenses, t."fileCount", t."ownedBy",
        t."bySignature"
      from jsonb_to_recordset(${storableJson(chunk)}::jsonb) as t(
        position integer, "packageId" bigint, purl text, evidence jsonb, licenses text[], "fileCount" integer,
        "ownedBy" text, "bySignature" boolean
      )`.execute(tx);
  }
  await sql`
    insert into org_package (org_id, package_id)
    select distinct org_id, package_id from image_package where org_id = ${orgId} and image_id = ${imageId}
    order by package_id
    on conflict do nothing`.execute(tx);
}

/** Lists of at most `size`. */
export function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
