/** Registry products by the id that is stored with a registry. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import type { NotificationReading, RegistryKind } from "./types.ts";

export const registryKinds: readonly RegistryKind[] = Object.values(all);

/**
 * Reads the body of a request that a registry of this kind sent.
 * @throws PlimsollError NOTIFICATION_INVALID when the content type, the JSON or its shape is not this product's
 */
export function readNotification(
  kindId: string,
  message: { readonly contentType: string; readonly text: string },
): NotificationReading {
  const kind = registryKinds.find(({ id }) => id === kindId);
  if (kind === undefined) throw new TypeError(`no registry product has the id ${kindId}`);
  const mediaType = (message.contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (!kind.notificationMediaTypes.includes(mediaType)) {
    throw new PlimsollError(
      "NOTIFICATION_INVALID",
      `A notification of "${printable(mediaType, 100)}" is not one of ${kind.title}: ${kind.notificationMediaTypes.join(", ")}.`,
    );
  }
  return kind.readNotification(parseJson(message.text, kind));
}

function parseJson(text: string, kind: RegistryKind): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlimsollError("NOTIFICATION_INVALID", `A notification of ${kind.title} must be JSON.`, {
      cause,
    });
  }
}
