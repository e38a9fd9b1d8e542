/**
 * Changes of environments and of what is recorded in them. Policies may be about environments, so the images concerned are judged
 * anew.
 */
import { PlimsollError } from "../domain/error.ts";
import { recordAudit } from "../store/stores/audit.ts";
import {
  deleteEnvironment,
  findEnvironment,
  findImagesByDigest,
  insertEnvironment,
  recordInEnvironment,
  removeFromEnvironment,
} from "../store/stores/environments.ts";
import { requestEvaluations } from "../store/stores/evaluation-requests.ts";
import { recordEvent } from "../store/stores/events.ts";
import { callerActor } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";

export interface EnvironmentContext extends ChangeContext {
  readonly now: Date;
}

/** @throws PlimsollError CONFLICT when there is one of this name */
export async function addEnvironment(
  context: EnvironmentContext,
  name: string,
): Promise<{ readonly id: string; readonly createdAt: Date }> {
  const made = await insertEnvironment(context.tx, context.orgId, name);
  if (made === null) throw new PlimsollError("CONFLICT", `There is an environment ${name} already.`);
  await settle(context, { action: "created", id: made.id, name, images: [], before: null, after: { name } });
  return made;
}

/** @throws PlimsollError NOT_FOUND */
export async function removeEnvironment(context: EnvironmentContext, id: string): Promise<void> {
  const removed = await deleteEnvironment(context.tx, context.orgId, id);
  if (removed === null) throw notFound();
  const { name, images } = removed;
  const before = { name, imageCount: images.length };
  await settle(context, { action: "deleted", id, name, images, before, after: null });
}

/** Records the images that a digest names. How many they are. @throws PlimsollError NOT_FOUND, IMAGE_UNKNOWN */
export async function recordImages(context: EnvironmentContext, id: string, digest: string): Promise<number> {
  const { tx, orgId, caller } = context;
  const name = await findEnvironment(tx, orgId, id);
  if (name === null) throw notFound();
  const images = await findImagesByDigest(tx, orgId, digest);
  if (images.length === 0) {
    throw new PlimsollError(
      "IMAGE_UNKNOWN",
      "No image with this digest was pushed to an enabled repository.",
    );
  }
  const added = await recordInEnvironment(tx, orgId, id, { images, by: callerActor(caller).name });
  if (added.length > 0) {
    await settle(context, { action: "recorded", id, name, images: added, before: null, after: { digest } });
  }
  return images.length;
}

/** Nothing happens when the image is not recorded there. @throws PlimsollError NOT_FOUND */
export async function removeImage(context: EnvironmentContext, id: string, imageId: string): Promise<void> {
  const { tx, orgId } = context;
  const name = await findEnvironment(tx, orgId, id);
  if (name === null) throw notFound();
  const images = await removeFromEnvironment(tx, orgId, id, [imageId]);
  if (images.length === 0) return;
  await settle(context, { action: "removed", id, name, images, before: { image: imageId }, after: null });
}

interface Settled {
  readonly action: "created" | "deleted" | "recorded" | "removed";
  readonly id: string;
  readonly name: string;
  /** Ids of those that came or went. */
  readonly images: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

async function settle(
  { tx, queue, orgId, caller, now }: EnvironmentContext,
  { action, id, name, images, before, after }: Settled,
): Promise<void> {
  const actor = callerActor(caller);
  await recordAudit(tx, { orgId, actor, action: `environment.${action}`, target: name, before, after });
  await recordEvent(tx, queue, {
    orgId,
    kind: "environment.changed",
    title: titles[action](name),
    actor,
    imageId: images.length === 1 ? (images[0] ?? null) : null,
    body: { environment: name, action },
    onceKey: `environment:${id}:${action}:${now.toISOString()}:${images[0] ?? ""}`,
  });
  if (images.length > 0) await requestEvaluations(tx, queue, orgId, { images });
}

const titles: Readonly<Record<Settled["action"], (name: string) => string>> = {
  created: (name) => `The environment ${name} was created`,
  deleted: (name) => `The environment ${name} was deleted`,
  recorded: (name) => `An image was recorded in ${name}`,
  removed: (name) => `An image was taken out of ${name}`,
};

function notFound(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such environment.");
}
