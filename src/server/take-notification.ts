/**
 * What becomes of a notification: pushes become rows, moved tags, events and jobs in one transaction. The host that it names is no
 * address for us: it is about the registry of the path, which somebody connected.
 */
import { readNotification } from "../registries/kinds.ts";
import type { ImagePush } from "../registries/types.ts";
import type { StoreTransaction } from "../store/connect.ts";
import type { Queue } from "../store/queue.ts";
import { recordEvent } from "../store/stores/events.ts";
import { requestPoll } from "../store/stores/listed-repositories.ts";
import { takePush } from "../store/stores/pushes.ts";
import { markNotified, type RegistryRow } from "../store/stores/registries.ts";
import { findEnabledRepositories } from "../store/stores/repositories.ts";
import { settingsOf } from "./registry-rows.ts";

/** Bytes of one. */
export const NOTIFICATION_BYTES_MAX = 1024 * 1024;

export interface NotificationAnswer {
  readonly accepted: number;
  readonly ignored: number;
  readonly validationResponse?: string;
}

/** @throws PlimsollError NOTIFICATION_INVALID */
export async function takeNotification(
  context: Context,
  registry: RegistryRow,
  { headers, body }: { readonly headers: Headers; readonly body: unknown },
): Promise<NotificationAnswer> {
  const { pushes, ignored, problems, validationResponse } = readNotification(registry.kind, {
    contentType: headers.get("content-type") ?? "",
    body,
    header: (name) => headers.get(name),
    settings: settingsOf(registry),
  });
  await settle(context, registry, problems[0] ?? null);
  const accepted = await takePushes(context, registry, pushes);
  return {
    accepted,
    ignored: ignored + pushes.length - accepted,
    ...(validationResponse === undefined ? {} : { validationResponse }),
  };
}

export interface Context {
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
      await requestPoll(tx, queue, { orgId, repositoryId, tag });
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
