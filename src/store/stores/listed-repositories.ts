/** What a registry has, as it listed it last, and switching those of it on and off that fit a pattern. */
import { sql, type Kysely } from "kysely";
import { fitsPattern } from "../../domain/policy-scope.ts";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";
import { recordAudit, type AuditActor } from "./audit.ts";
import { requestOutdated } from "./evaluation-requests.ts";
import { recordEvent } from "./events.ts";
import { wantBackfill } from "./registry-polls.ts";
import { enableRepository, setRepositoryEnabled } from "./repositories.ts";

/** Names in place of those of the last list. */
export async function replaceListed(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  { names, at }: { readonly names: readonly string[]; readonly at: Date },
): Promise<void> {
  await sql`
    delete from listed_repository where org_id = ${orgId} and registry_id = ${registryId}
      and name <> all (${[...names]}::text[])`.execute(tx);
  await sql`
    insert into listed_repository (org_id, registry_id, name)
    select ${orgId}::uuid, ${registryId}::uuid, name from unnest(${[...names]}::text[]) name
    on conflict do nothing`.execute(tx);
  await recordListing(tx, orgId, registryId, { at, failure: null });
}

/** `at` null: the list that was there before stays. */
export async function recordListing(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  { at, failure }: { readonly at: Date | null; readonly failure: string | null },
): Promise<void> {
  await tx
    .updateTable("registry")
    .set({ list_failure: failure, ...(at === null ? {} : { listed_at: at }) })
    .where("org_id", "=", orgId)
    .where("id", "=", registryId)
    .execute();
}

export interface PatternSwitch {
  readonly registryId: string;
  readonly host: string;
  /** `acme/*` or with the host before it; `*` stands for any text. */
  readonly pattern: string;
  readonly enabled: boolean;
  /** Tags of each that is enabled now which are analysed although they were there before; null: none. */
  readonly backfillMax: number | null;
  readonly actor: AuditActor;
  readonly now: Date;
}

/** Switched in one transaction at most. */
export const SWITCHED_MAX = 500;

/**
 * Switches those of the registry's repositories that fit: of those that it listed, and that are known. Returns the names of those that
 * were the other before, and how many more are left for another call.
 */
export async function switchFitting(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  asked: PatternSwitch,
): Promise<{ readonly names: readonly string[]; readonly leftCount: number }> {
  const { registryId, host, pattern, enabled, actor } = asked;
  const candidates = await listCandidates(tx, orgId, registryId, enabled);
  const fitting = candidates.filter(
    ({ name }) => fitsPattern(pattern, name) || fitsPattern(pattern, `${host}/${name}`),
  );
  const names: string[] = [];
  for (const { id, name } of fitting.slice(0, SWITCHED_MAX)) {
    await switchOne(tx, queue, orgId, asked, { id, name });
    names.push(name);
  }
  if (names.length === 0) return { names, leftCount: 0 };
  if (enabled) await requestOutdated(tx, queue, orgId, { counting: true });
  await recordAudit(tx, {
    orgId,
    actor,
    action: enabled ? "repositories.enabled" : "repositories.disabled",
    target: `${host}/${pattern}`,
    before: null,
    after: { count: names.length, names: names.slice(0, NAMES_TOLD_MAX) },
  });
  return { names, leftCount: fitting.length - names.length };
}

/** In one row of the audit log. */
const NAMES_TOLD_MAX = 100;

/** `id` null: it was listed and is not known yet. Those that are switched so already are left out. */
async function listCandidates(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  enabled: boolean,
): Promise<readonly { readonly id: string | null; readonly name: string }[]> {
  const { rows } = await sql<{ id: string | null; name: string }>`
    select r.id, coalesce(r.name, l.name) as name
    from (select * from repository where org_id = ${orgId} and registry_id = ${registryId}) r
    full join (select * from listed_repository where org_id = ${orgId} and registry_id = ${registryId} and ${enabled}::boolean) l
      on l.name = r.name
    where coalesce(r.enabled, false) <> ${enabled}::boolean
    order by 2`.execute(tx);
  return rows;
}

async function switchOne(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  { registryId, host, enabled, backfillMax, actor, now }: PatternSwitch,
  { id: knownId, name }: { readonly id: string | null; readonly name: string },
): Promise<void> {
  let id = knownId;
  if (enabled || id === null) ({ id } = await enableRepository(tx, orgId, { registryId, name }));
  else await setRepositoryEnabled(tx, orgId, id, false);
  const word = enabled ? "enabled" : "disabled";
  await recordEvent(tx, queue, {
    orgId,
    kind: `repository.${word}`,
    title: `${host}/${name} was ${word}`,
    actor: actor.kind === "system" ? null : { id: actor.id, name: actor.name },
    repositoryId: id,
    body: { repository: `${host}/${name}` },
    onceKey: `repository:${id}:${word}:${now.toISOString()}`,
  });
  if (enabled && backfillMax !== null)
    await requestBackfill(tx, queue, { orgId, repositoryId: id, backfillMax });
}

/** False: the repository is not there, or not enabled. */
export async function requestBackfill(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  {
    orgId,
    repositoryId,
    backfillMax,
  }: { readonly orgId: string; readonly repositoryId: string; readonly backfillMax: number },
): Promise<boolean> {
  if (!(await wantBackfill(tx, orgId, repositoryId, backfillMax))) return false;
  await requestPoll(tx, queue, { orgId, repositoryId, tag: null });
  return true;
}

/** A look at a repository's tags, or at one of them. False: one that was not started yet waits already. */
export async function requestPoll(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  {
    orgId,
    repositoryId,
    tag,
  }: { readonly orgId: string; readonly repositoryId: string; readonly tag: string | null },
): Promise<boolean> {
  const [job] = await queue.send(tx, [
    {
      kind: "poll-repository",
      key: `${orgId}/${repositoryId}${tag === null ? "" : `:${tag}`}`,
      payload: { org: orgId, repository: repositoryId, ...(tag === null ? {} : { tag }) },
    },
  ]);
  return typeof job === "string";
}
