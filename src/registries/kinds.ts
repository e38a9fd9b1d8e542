/** Registry products by the id that is stored with a registry. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import type { NotificationContext, NotificationReading, ProductSettings, RegistryKind } from "./types.ts";

export const registryKinds: readonly RegistryKind[] = Object.values(all);

/** Without an API of its own, all spaces, as the product says. */
export const plainSettings: ProductSettings = Object.freeze({ apiUrl: null, spaces: [], spaceInPath: null });

/** @throws TypeError for an id that no product has */
export function getRegistryKind(id: string): RegistryKind {
  const kind = registryKinds.find((each) => each.id === id);
  if (kind === undefined) throw new TypeError(`no registry product has the id ${id}`);
  return kind;
}

/**
 * Reads the parsed JSON of a request that a registry of this kind sent.
 * @throws PlimsollError NOTIFICATION_INVALID when the content type or the shape is not this product's
 */
export function readNotification(
  kindId: string,
  message: {
    readonly contentType: string;
    readonly body: unknown;
    readonly header?: NotificationContext["header"];
    readonly settings?: ProductSettings;
  },
): NotificationReading {
  const kind = getRegistryKind(kindId);
  const { header = () => null, settings = plainSettings } = message;
  const mediaType = (message.contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (kind.notificationMediaTypes.includes(mediaType))
    return kind.readNotification(message.body, { header, settings });
  const known = kind.notificationMediaTypes.join(", ");
  throw new PlimsollError(
    "NOTIFICATION_INVALID",
    `A notification of "${printable(mediaType, 100)}" is not one of ${kind.title}: ${known}.`,
  );
}
