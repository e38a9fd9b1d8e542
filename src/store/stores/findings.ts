/**
 * Findings of packages, as matching gave them. A package is matched once for the whole installation; what changed is told, so that
 * the images which hold it can be judged again.
 */
import { sql, type Kysely } from "kysely";
import type { AdvisoryKey } from "../../domain/package.ts";
import type { Database, StoredFinding } from "../schema.ts";
import { storableJson } from "../storable.ts";
import { chunks, CHUNK_ROWS, lockPackages, type PackageState } from "./packages.ts";

/** What was found for one package. */
export interface PackageFindings {
  readonly packageId: number;
  /** Where its advisories are looked up. */
  readonly keys: readonly AdvisoryKey[];
  readonly advisoryDigest: string;
  readonly findings: readonly StoredFinding[];
}

export interface FindingChanges {
  /** Packages of which a finding came, went or changed. */
  readonly packages: readonly number[];
  /** Vulnerabilities, with their other ids, that a finding came for. */
  readonly vulnerabilities: readonly string[];
}

/**
 * Stores what was found by the matching of this id. A package that somebody else compared with it in between is left alone,
 * and one with the same advisories as before keeps its findings.
 */
export async function recordFindings(
  tx: Kysely<Database>,
  matchingId: string,
  matches: readonly PackageFindings[],
): Promise<FindingChanges> {
  if (matches.length === 0) return { packages: [], vulnerabilities: [] };
  const states = await lockPackages(
    tx,
    matches.map(({ packageId }) => packageId),
  );
  const due = matches.filter(({ packageId }) => isDue(states.get(packageId), matchingId));
  const changed = due.filter(
    ({ packageId, advisoryDigest }) => states.get(packageId)?.advisoryDigest !== advisoryDigest,
  );
  await recordKeys(tx, changed);
  const packages = new Set<number>();
  for (const chunk of chunks(changed, CHUNK_ROWS)) {
    for (const id of await replaceFindings(tx, chunk)) packages.add(id);
  }
  await markMatched(tx, matchingId, due);
  await markTurned(tx, {
    engine: [...packages].filter((id) => isOfEngine(states.get(id), matchingId)),
    advisory: [...packages].filter((id) => !isOfEngine(states.get(id), matchingId)),
  });
  const touched = changed.filter(({ packageId }) => packages.has(packageId));
  const vulnerabilities = touched.flatMap(({ findings }) =>
    findings.flatMap(({ vulnerability, aliases }) => [vulnerability, ...aliases]),
  );
  return { packages: [...packages], vulnerabilities: [...new Set(vulnerabilities)] };
}

function isDue(state: PackageState | undefined, matchingId: string): boolean {
  return state !== undefined && state.matchedWith !== matchingId;
}

/** The same database compared by another program: `sha256:…/0123456789abcdef` with another end. */
function isOfEngine(state: PackageState | undefined, matchingId: string): boolean {
  const [database, program] = partsOf(state?.matchedWith ?? "");
  const [currentDatabase, currentProgram] = partsOf(matchingId);
  return database === currentDatabase && program !== currentProgram;
}

function partsOf(matchingId: string): readonly [database: string, program: string] {
  const at = matchingId.lastIndexOf("/");
  return [matchingId.slice(0, Math.max(at, 0)), matchingId.slice(at + 1)];
}

/** Why their findings changed: evaluations tell it as the cause. */
async function markTurned(
  tx: Kysely<Database>,
  turned: Readonly<Record<"engine" | "advisory", readonly number[]>>,
): Promise<void> {
  for (const by of ["engine", "advisory"] as const) {
    if (turned[by].length === 0) continue;
    await sql`
      update package set turned_by = ${by}
      where id = any (${turned[by]}::bigint[]) and turned_by is distinct from ${by}`.execute(tx);
  }
}

/** Other keys mean another digest of advisories, so only changed packages can have them. */
async function recordKeys(tx: Kysely<Database>, matches: readonly PackageFindings[]): Promise<void> {
  const ids = matches.map(({ packageId }) => packageId);
  await sql`delete from package_key where package_id = any (${ids}::bigint[])`.execute(tx);
  const keys = matches.flatMap(({ packageId, keys }) =>
    keys.filter(isStorable).map(({ space, name, version }) => ({ packageId, space, name, version })),
  );
  for (const chunk of chunks(keys, CHUNK_ROWS)) {
    await sql`
      insert into package_key (package_id, space, name, version)
      select t."packageId", t.space, t.name, t.version
      from jsonb_to_recordset(${storableJson(chunk)}::jsonb) as t("packageId" bigint, space text, name text, version text)
      on conflict do nothing`.execute(tx);
  }
}

/** An index entry holds 2,700 bytes, and no advisory is filed under a longer name. */
function isStorable({ space, name }: AdvisoryKey): boolean {
  return space.length + name.length <= KEY_LENGTH_MAX;
}

const KEY_LENGTH_MAX = 600;

/** Ids of the packages of which a finding came, went or changed. A finding keeps its row, and the time when it was first found. */
async function replaceFindings(
  tx: Kysely<Database>,
  matches: readonly PackageFindings[],
): Promise<readonly number[]> {
  const findings = matches.flatMap(({ packageId, findings }) =>
    findings.map((body) => ({
      packageId,
      vulnerability: body.vulnerability,
      aliases: body.aliases,
      state: body.state,
      severity: body.severity,
      fixedVersion: body.fixedVersion,
      body,
    })),
  );
  const { rows } = await sql<{ package_id: number }>`
    with found as materialized (
      select distinct on (t."packageId", t.vulnerability) t.*
      from jsonb_to_recordset(${storableJson(findings)}::jsonb) as t(
        "packageId" bigint, vulnerability text, aliases text[], state text, severity text, "fixedVersion" text, body jsonb
      )
    ), gone as (
      delete from finding f
      where f.package_id = any (${matches.map(({ packageId }) => packageId)}::bigint[])
        and not exists (
          select from found where found."packageId" = f.package_id and found.vulnerability = f.vulnerability
        )
      returning f.package_id
    ), kept as (
      insert into finding as f (package_id, vulnerability, aliases, state, severity, fixed_version, body)
      select "packageId", vulnerability, aliases, state, severity, "fixedVersion", body from found
      on conflict (package_id, vulnerability) do update set
        aliases = excluded.aliases, state = excluded.state, severity = excluded.severity,
        fixed_version = excluded.fixed_version, body = excluded.body, changed_at = now()
      where f.body is distinct from excluded.body
      returning f.package_id
    )
    select package_id from gone union select package_id from kept`.execute(tx);
  return rows.map(({ package_id: id }) => id);
}

async function markMatched(
  tx: Kysely<Database>,
  matchingId: string,
  matches: readonly PackageFindings[],
): Promise<void> {
  const rows = matches.map(({ packageId, advisoryDigest }) => ({ packageId, advisoryDigest }));
  await sql`
    update package set matched_with = ${matchingId}, advisory_digest = t."advisoryDigest", matched_at = now()
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as t("packageId" bigint, "advisoryDigest" text)
    where package.id = t."packageId"`.execute(tx);
}

/** The packages of an image with what was found for them. */
export interface ImageFindings {
  /** Package id by position in the SBOM. */
  readonly positions: ReadonlyMap<number, number>;
  /** False: at least one package was never compared with any database, so nothing can be said of the image. */
  readonly isMatched: boolean;
  readonly findings: ReadonlyMap<number, readonly StoredFinding[]>;
  /** Packages whose findings were last changed by the program, and not by other advisories. */
  readonly turnedByEngine: ReadonlySet<number>;
}

/** Nothing is matched by this: what was stored for the packages of the image. Of an image that is not there, empty. */
export async function findFindings(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<ImageFindings> {
  const held = await sql<{ position: number; id: number; matched: boolean; engine: boolean }>`
    select i.position, i.package_id as id, p.matched_with is not null as matched, p.turned_by is not distinct from 'engine' as engine
    from image_package i join package p on p.id = i.package_id
    where i.org_id = ${orgId} and i.image_id = ${imageId}`.execute(tx);
  const bodies = await sql<{ id: number; body: StoredFinding }>`
    select f.package_id as id, f.body from finding f
    where f.package_id in (
      select package_id from image_package where org_id = ${orgId} and image_id = ${imageId}
    ) order by f.package_id, f.vulnerability`.execute(tx);
  const findings = new Map<number, StoredFinding[]>();
  for (const { id, body } of bodies.rows) {
    const list = findings.get(id);
    if (list === undefined) findings.set(id, [body]);
    else list.push(body);
  }
  return {
    positions: new Map(held.rows.map(({ position, id }) => [position, id])),
    isMatched: held.rows.every(({ matched }) => matched),
    findings,
    turnedByEngine: new Set(held.rows.filter(({ engine }) => engine).map(({ id }) => id)),
  };
}
