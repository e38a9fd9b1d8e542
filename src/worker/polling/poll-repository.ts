/**
 * One look at a repository's tags. What a tag names now is compared with what it was seen to name: what differs was pushed meanwhile.
 * The first look only learns what is there; of that, as much as was asked for is taken as pushes of its own time (`newest-tags.ts`).
 */
import { OciError } from "../../oci/error.ts";
import type { RegistryClient } from "../../oci/client.ts";
import { isReferrerTag } from "../../registries/told-pushes.ts";
import { asEngine } from "../../store/in-org.ts";
import type { AnalysisPlace } from "../../store/stores/analysis-places.ts";
import { takePush } from "../../store/stores/pushes.ts";
import { findRepositoryPoll, recordRepositoryPoll } from "../../store/stores/registry-polls.ts";
import {
  forgetSeenTags,
  listKnownTags,
  listSeenTags,
  noteSeenTag,
  touchSeenTags,
  type SeenTag,
} from "../../store/stores/seen-tags.ts";
import type { WorkerContext } from "../context.ts";
import { openAccess } from "../registry-access.ts";
import { chooseNewest, type DatedTag } from "./newest-tags.ts";

export interface PollTask {
  readonly orgId: string;
  readonly place: AnalysisPlace;
  readonly signal: AbortSignal;
}

/** Tags of one repository that are looked at in one poll; the others come next time. */
const LOOKS_MAX = 1_000;
/** Tags of one repository that are known at all. */
const TAGS_MAX = 50_000;
const CONNECTIONS = 4;

/** What one poll came to. */
export interface PollResult {
  readonly pushCount: number;
  /** Tags that were left for the next poll. */
  readonly leftCount: number;
}

/** @throws PlimsollError REGISTRY_…, SOURCE_NOT_FOUND, SECRET_UNREADABLE */
export async function pollRepository(context: WorkerContext, task: PollTask): Promise<PollResult> {
  const { store, secrets, registries = null, clock } = context;
  const { orgId, place, signal } = task;
  const { repositoryId } = place;
  const poll = await findRepositoryPoll(store.engine, orgId, repositoryId);
  if (poll === null) return { pushCount: 0, leftCount: 0 };
  const { client } = openAccess(place, secrets, { registries, signal });
  const tags = await listTags(client, place);
  const seen = await listSeenTags(store.engine, orgId, repositoryId);
  const asked = inTurn(tags, seen);
  const found = await lookUp(client, place, asked.slice(0, LOOKS_MAX), signal);
  const leftCount = Math.max(asked.length - LOOKS_MAX, 0);
  const here = new Set(tags);
  const gone = [...seen.keys()].filter((name) => !here.has(name));
  const isLearning = poll.learnedAt === null;
  const wanted =
    poll.backfillMax === null
      ? []
      : await chooseNewest(client, nameOf(place), found, {
          countMax: poll.backfillMax,
          now: clock(),
          signal,
        });
  const same = [...found].filter(([name, digest]) => seen.get(name)?.digest === digest);
  await asEngine(store, async (tx) => {
    await forgetSeenTags(tx, orgId, repositoryId, gone);
    await touchSeenTags(tx, orgId, repositoryId, { names: same.map(([name]) => name), at: clock() });
  });
  const known = await listKnownTags(store.engine, orgId, repositoryId);
  let pushCount = 0;
  const backfilled = new Map(wanted.map((tag) => [tag.name, tag]));
  for (const [name, digest] of found) {
    const dated = backfilled.get(name) ?? null;
    const isNews = known.get(name) !== digest;
    const takes = isNews && (dated !== null || !isLearning);
    if (await settleTag(context, task, { name, digest, takes, dated })) pushCount++;
  }
  await asEngine(store, (tx) =>
    recordRepositoryPoll(tx, orgId, repositoryId, {
      at: clock(),
      failure: null,
      learned: leftCount === 0,
      backfilled: poll.backfillMax !== null,
    }),
  );
  return { pushCount, leftCount };
}

/** A tag that somebody told of: what it names now was pushed, unless that is known. @throws as `pollRepository` */
export async function pollTag(context: WorkerContext, task: PollTask, tag: string): Promise<void> {
  const { store, secrets, registries = null } = context;
  const { place, signal, orgId } = task;
  const { client } = openAccess(place, secrets, { registries, signal });
  const digest = await client.fetchDigest(nameOf(place), tag);
  const known = await listKnownTags(store.engine, orgId, place.repositoryId);
  const takes = known.get(tag) !== digest;
  await settleTag(context, task, { name: tag, digest, takes, dated: null, isTold: true });
}

function nameOf({ host, name }: AnalysisPlace): { registry: string; path: string } {
  return { registry: host, path: name };
}

/** Tags of images, as far as their names tell. */
async function listTags(client: RegistryClient, place: AnalysisPlace): Promise<readonly string[]> {
  const tags = (await client.fetchTags(nameOf(place))).filter((tag) => TAG.test(tag) && !isReferrerTag(tag));
  if (tags.length <= TAGS_MAX) return tags;
  throw new OciError("LIMIT_EXCEEDED", `The repository has ${tags.length} tags; ${TAGS_MAX} are looked at.`, {
    details: { limit: "tags", max: TAGS_MAX, found: tags.length },
  });
}

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Those that were never seen first, then those that were looked at longest ago. */
function inTurn(tags: readonly string[], seen: ReadonlyMap<string, SeenTag>): readonly string[] {
  const time = (tag: string): number => seen.get(tag)?.seenAt.getTime() ?? 0;
  return tags.toSorted((left, right) => time(left) - time(right));
}

/** Digests by tag; a tag that was removed meanwhile is left out. */
async function lookUp(
  client: RegistryClient,
  place: AnalysisPlace,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const waiting = tags.values();
  const look = async (): Promise<void> => {
    for (const tag of waiting) {
      signal.throwIfAborted();
      try {
        found.set(tag, await client.fetchDigest(nameOf(place), tag));
      } catch (error) {
        if (!(error instanceof OciError) || error.code !== "SOURCE_NOT_FOUND") throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, look));
  // In the registry's order, whichever answer came first.
  return new Map(tags.flatMap((tag) => (found.has(tag) ? [[tag, found.get(tag) ?? ""] as const] : [])));
}

interface LookedAt {
  readonly name: string;
  readonly digest: string;
  /** Whether it becomes a push, if nobody was before us. */
  readonly takes: boolean;
  /** It was there already, and is wanted. */
  readonly dated: DatedTag | null;
  readonly isTold?: boolean;
}

/** Whether a push was made of it. What was seen is noted in the transaction of its push, so that it is made once. */
async function settleTag(
  { store, queue, clock }: WorkerContext,
  { orgId, place }: PollTask,
  { name, digest, takes, dated, isTold = false }: LookedAt,
): Promise<boolean> {
  const { repositoryId } = place;
  const now = clock();
  return asEngine(store, async (tx) => {
    const isChanged = await noteSeenTag(tx, orgId, { repositoryId, name, digest, at: now });
    if (!takes || (!isChanged && dated === null && !isTold)) return false;
    const source = isTold ? "notification" : dated === null ? "poll" : "backfill";
    const pushId = await takePush(tx, queue, orgId, {
      onceKey: `${source}:${repositoryId}:${name}:${digest}:${dated === null ? now.toISOString() : ""}`,
      repositoryId,
      repository: `${place.host}/${place.name}`,
      tag: name,
      digest,
      isIndex: true,
      actor: null,
      at: dated?.createdAt ?? now,
      source,
    });
    return pushId !== null;
  });
}
