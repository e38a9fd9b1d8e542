/**
 * Whether the tags that were said to name a digest do. A notification is the word of whoever sent it: one that names an older image
 * of the repository would else give its verdict to a tag that names another by now, and gates would let that one through.
 */
import { printable } from "../../domain/problem.ts";
import { asEngine } from "../../store/in-org.ts";
import { findKnownTag, findTagsNaming } from "../../store/stores/analysis-places.ts";
import { requestAnalysis } from "../../store/stores/pushes.ts";
import type { WorkerContext } from "../context.ts";
import { openAccess } from "../registry-access.ts";
import { failureOf } from "./failure.ts";

export interface NamedDigest {
  readonly orgId: string;
  /** As it was pushed: of the index, or the image's own. */
  readonly digest: string;
  readonly signal: AbortSignal;
}

/**
 * Asks the registries; a tag that names something else is analysed as what it names, which moves it. One that cannot be asked for,
 * because it was deleted meanwhile for example, stays as it was told.
 */
export async function confirmTags(
  {
    store,
    queue,
    secrets,
    registries = null,
    log,
  }: Pick<WorkerContext, "store" | "queue" | "secrets" | "registries" | "log">,
  { orgId, digest, signal }: NamedDigest,
): Promise<void> {
  for (const place of await findTagsNaming(store.engine, orgId, digest)) {
    const { host, name, tag, repositoryId } = place;
    try {
      const repository = { registry: host, path: name };
      const { client } = openAccess(place, secrets, { registries, signal });
      if ((await client.fetchDigest(repository, tag)) === digest) continue;
    } catch (error) {
      signal.throwIfAborted();
      log(printable(`${name}:${tag}: ${failureOf(error).message}`));
      continue;
    }
    await asEngine(store, async (tx) => {
      // Of a push that was told meanwhile the tag has moved, and its own analysis is under way.
      if ((await findKnownTag(tx, orgId, repositoryId, tag)) !== digest) return;
      await requestAnalysis(tx, queue, { orgId, repositoryId, digest: null, tag, pushId: null });
    });
  }
}
