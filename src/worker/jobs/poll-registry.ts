/**
 * Job `poll-registry`: the enabled repositories of a registry, one after the other, those that were looked at longest ago first. A
 * registry that does not answer is left alone at once; what one repository refuses does not keep the others.
 */
import { asEngine } from "../../store/in-org.ts";
import { recordListing } from "../../store/stores/listed-repositories.ts";
import {
  findPolledRegistry,
  listPollPlaces,
  recordRegistryPoll,
  recordRepositoryPoll,
  type PolledRegistry,
} from "../../store/stores/registry-polls.ts";
import { failureOf, type AnalysisFailure } from "../analysis/failure.ts";
import type { Job, WorkerContext } from "../context.ts";
import { textOf } from "../payload.ts";
import { listRegistry } from "../polling/list-registry.ts";
import { pollRepository } from "../polling/poll-repository.ts";

export const pollRegistry: Job = {
  kind: "poll-registry",
  concurrencyMax: 2,
  async run(context, job) {
    const [orgId, registryId] = [textOf(job, "org"), textOf(job, "registry")];
    const registry = await findPolledRegistry(context.store.engine, orgId, registryId);
    if (registry === null) return;
    const failure = await pollAll(context, { orgId, registry, signal: job.signal });
    if (failure !== null) context.log(`${registry.host}: ${failure}`);
    await asEngine(context.store, (tx) =>
      recordRegistryPoll(tx, orgId, registryId, { at: context.clock(), failure }),
    );
  },
};

/** In one poll; the others come with the next. */
const REPOSITORIES_MAX = 1_000;
const TIME_MAX_MS = 20 * 60_000;

/** The registry itself, whatever repository was asked for. */
const STOPPING: readonly string[] = [
  "REGISTRY_UNREACHABLE",
  "REGISTRY_RATE_LIMITED",
  "REGISTRY_INSECURE",
  "HTTP_FAILED",
  "SECRET_UNREADABLE",
];

interface Task {
  readonly orgId: string;
  readonly registry: PolledRegistry;
  readonly signal: AbortSignal;
}

/** Why it did not come to an end, for people; null: it did. */
async function pollAll(context: WorkerContext, task: Task): Promise<string | null> {
  const { orgId, registry, signal } = task;
  const failed = await listNew(context, task);
  if (failed !== null && STOPPING.includes(failed.code)) return failed.message;
  const places = await listPollPlaces(context.store.engine, orgId, registry.registryId, REPOSITORIES_MAX);
  const end = context.monotonicMs() + TIME_MAX_MS;
  const failures: string[] = failed === null ? [] : [failed.message];
  for (const { repositoryId, name } of places) {
    if (context.monotonicMs() > end) break;
    try {
      await pollRepository(context, { orgId, place: { ...registry, repositoryId, name }, signal });
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      if (STOPPING.includes(failure.code)) return failure.message;
      failures.push(`${name}: ${failure.message}`);
      await asEngine(context.store, (tx) =>
        recordRepositoryPoll(tx, orgId, repositoryId, {
          at: context.clock(),
          failure: failure.message,
          learned: false,
          backfilled: true,
        }),
      );
    }
  }
  const [first] = failures;
  if (first === undefined) return null;
  return failures.length === 1 ? first : `${first} (and ${failures.length - 1} more)`;
}

/** Where new repositories are to be enabled, the list comes first. */
async function listNew(context: WorkerContext, task: Task): Promise<AnalysisFailure | null> {
  const { orgId, registry, signal } = task;
  if (registry.enablePattern === null) return null;
  try {
    await listRegistry(context, task);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    await asEngine(context.store, (tx) =>
      recordListing(tx, orgId, registry.registryId, { at: null, failure: failure.message }),
    );
    return failure;
  }
}
