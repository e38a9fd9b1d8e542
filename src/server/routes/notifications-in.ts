/**
 * What registries tell: pushes become rows, moved tags, events and jobs in one transaction. The host that a notification names
 * is no address for us: it is about the registry of the path, which somebody connected.
 */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { notificationAnswer } from "../../api/rest/registries.ts";
import { PlimsollError } from "../../domain/error.ts";
import { readNotification } from "../../registries/kinds.ts";
import type { ImagePush } from "../../registries/types.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import type { Queue } from "../../store/queue.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { requestAnalysis, takePush } from "../../store/stores/pushes.ts";
import { findRegistry, markNotified, type RegistryRow } from "../../store/stores/registries.ts";
import { findEnabledRepositories } from "../../store/stores/repositories.ts";
import { countNotification } from "../notification-limit.ts";
import { orgRoute, type Route } from "../route.ts";

export const notificationRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/registries/{registryId}/notifications",
      permission: "analyse",
      summary: "A registry's notification of pushes; what is no push of an enabled repository is ignored",
      tag: "Registries",
      params: z.object({ registryId: uuid }),
      body: z.unknown(),
      bodyBytesMax: 1024 * 1024,
      response: notificationAnswer,
      problems: ["NOTIFICATION_INVALID", "RATE_LIMITED"],
    },
    async ({ org, caller, params: { registryId }, body, request, now }, { store, queue }) => {
      await countNotification(store, caller, now);
      return inOrg(store, org.id, async (tx) => {
        const registry = await findRegistry(tx, org.id, registryId);
        if (registry === null) throw new PlimsollError("NOT_FOUND", "There is no such registry.");
        const contentType = request.headers.get("content-type") ?? "";
        const header = (name: string): string | null => request.headers.get(name);
        const { pushes, ignored, problems } = readNotification(registry.kind, { contentType, body, header });
        const context = { tx, queue, orgId: org.id, now };
        await settle(context, registry, problems[0] ?? null);
        const accepted = await takePushes(context, registry, pushes);
        return { accepted, ignored: ignored + pushes.length - accepted };
      });
    },
  ),
];

interface Context {
  readonly tx: StoreTransaction;
  readonly queue: Queue;
  readonly orgId: string;
  readonly now: Date;
}

/** The registry is connected from its first notification on. */
async function settle(
  { tx, queue, orgId, now }: Context,
  { id, host }: RegistryRow,
  failure: string | null,
): Promise<void> {
  const isFirst = await markNotified(tx, orgId, id, { at: now, failure });
  if (!isFirst) return;
  await recordEvent(tx, queue, {
    orgId,
    kind: "registry.connected",
    title: `The registry ${host} sent its first notification`,
    actor: null,
    body: { host },
    onceKey: `registry:${id}:connected`,
  });
}

/** How many are known now: one that was told before is, one to a repository that is not enabled is not. */
async function takePushes(
  { tx, queue, orgId, now }: Context,
  registry: RegistryRow,
  pushes: readonly ImagePush[],
): Promise<number> {
  const names = pushes.map(({ repository }) => repository);
  const enabled = await findEnabledRepositories(tx, orgId, registry.id, names);
  let accepted = 0;
  for (const push of pushes) {
    const repositoryId = enabled.get(push.repository);
    if (repositoryId === undefined) continue;
    const { tag, digest, isIndex, actor, at } = push;
    accepted += 1;
    if (digest === null) {
      await requestAnalysis(tx, queue, { orgId, repositoryId, digest, tag, pushId: null });
      continue;
    }
    await takePush(tx, queue, orgId, {
      // Where the time of a push is not told, each delivery counts.
      onceKey: `push:${registry.id}:${at === null ? `${push.id}:${now.getTime()}` : push.id}`,
      repositoryId,
      repository: `${registry.host}/${push.repository}`,
      tag,
      digest,
      isIndex,
      actor,
      at: at === null || at > now ? now : at,
    });
  }
  return accepted;
}
