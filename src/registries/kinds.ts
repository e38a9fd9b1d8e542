/** Registry products by the id that is stored with a registry. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import type { NotificationReading, RegistryKind } from "./types.ts";

export const registryKinds: readonly RegistryKind[] = Object.values(all);

/**
 * Reads the parsed JSON of a request that a registry of this kind sent.
 * @throws PlimsollError NOTIFICATION_INVALID when the content type or the shape is not this product's
 */
export function readNotification(
  kindId: string,
  message: { readonly contentType: string; readonly body: unknown },
): NotificationReading {
  const kind = registryKinds.find(({ id }) => id === kindId);
  if (kind === undefined) throw new TypeError(`no registry product has the id ${kindId}`);
  const mediaType = (message.contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (kind.notificationMediaTypes.includes(mediaType)) return kind.readNotification(message.body);
  const known = kind.notificationMediaTypes.join(", ");
  throw new PlimsollError(
    "NOTIFICATION_INVALID",
    `A notification of "${printable(mediaType, 100)}" is not one of ${kind.title}: ${known}.`,
  );
}
