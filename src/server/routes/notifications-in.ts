/**
 * What registries tell. One that can send a header sends a token of the organisation; one that signs what it sends, or can be told
 * nothing but an address, comes by a route of its own, where the registry's key is what proves it.
 */
import { z } from "zod";
import { organisationName, uuid } from "../../api/rest/fields.ts";
import { notificationAnswer } from "../../api/rest/registries.ts";
import { PlimsollError } from "../../domain/error.ts";
import { getRegistryKind } from "../../registries/kinds.ts";
import { isSameText, isSigned } from "../../registries/proof.ts";
import { inOrg } from "../../store/in-org.ts";
import { findOrganisation } from "../../store/stores/organisations.ts";
import { findRegistry } from "../../store/stores/registries.ts";
import { countNotification, countSender } from "../notification-limit.ts";
import type { ServerParts } from "../parts.ts";
import { checkJsonType, checkText, parseJson, readBytes } from "../read-request.ts";
import { getRegistry, hookKeyPurpose } from "../registry-rows.ts";
import { orgRoute, route, type Call, type Route } from "../route.ts";
import { NOTIFICATION_BYTES_MAX, takeNotification, type NotificationAnswer } from "../take-notification.ts";

const hookParams = z.object({ organisation: organisationName, registryId: uuid });
const hook = {
  method: "post",
  permission: "public",
  tag: "Registries",
  response: notificationAnswer,
  problems: ["NOT_FOUND", "NOTIFICATION_INVALID", "RATE_LIMITED", "REQUEST_TOO_LARGE"],
} as const;

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
      bodyBytesMax: NOTIFICATION_BYTES_MAX,
      response: notificationAnswer,
      problems: ["NOTIFICATION_INVALID", "RATE_LIMITED"],
    },
    async ({ org, caller, params: { registryId }, body, request, now }, { store, queue }) => {
      await countNotification(store, caller, now);
      return inOrg(store, org.id, async (tx) => {
        const registry = await getRegistry({ tx, orgId: org.id }, registryId);
        const context = { tx, queue, orgId: org.id, now };
        return takeNotification(context, registry, { headers: request.headers, body });
      });
    },
  ),
  route(
    {
      ...hook,
      path: "/hooks/{organisation}/{registryId}",
      summary: "A registry's notification that is signed with its key",
      params: hookParams,
    },
    (call, parts) => takeHook(call, parts, null),
  ),
  route(
    {
      ...hook,
      path: "/hooks/{organisation}/{registryId}/{key}",
      summary:
        "A notification of a product that can be told nothing but an address, with the registry's key in it",
      params: hookParams.extend({ key: z.string().max(200) }),
    },
    (call, parts) => takeHook(call, parts, call.params.key),
  ),
];

/** `key`: of the address, or null. Whoever does not know the key learns nothing of what there is. */
async function takeHook(
  { params, request, address, now }: Call<z.output<typeof hookParams>, unknown, unknown>,
  { store, queue, secrets }: ServerParts,
  key: string | null,
): Promise<NotificationAnswer> {
  await countSender(store, `address:${address}`, now);
  const body = await readBytes(request, NOTIFICATION_BYTES_MAX);
  const org = await findOrganisation(store.app, params.organisation);
  if (org === null) throw refused();
  return inOrg(store, org.id, async (tx) => {
    const registry = await findRegistry(tx, org.id, params.registryId);
    if (registry === null || registry.hook_key_sealed === null) throw refused();
    const { proof } = getRegistryKind(registry.kind);
    const secret = secrets.open(registry.hook_key_sealed, hookKeyPurpose(registry.id));
    const isProved =
      key === null
        ? isSigned(proof, secret, { header: (name) => request.headers.get(name), body })
        : proof.kind === "address" && isSameText(key, secret);
    if (!isProved) throw refused();
    checkJsonType(request.headers.get("content-type") ?? "");
    const value = parseJson(body);
    checkText(value);
    const context = { tx, queue, orgId: org.id, now };
    return takeNotification(context, registry, { headers: request.headers, body: value });
  });
}

function refused(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "No registry is known that proves to have sent this.");
}
