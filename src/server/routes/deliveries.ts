/** What webhooks can be made of, and the log of what each was told. */
import { z } from "zod";
import { channelList, deliveryPage, deliveryQuery, type DeliveryView } from "../../api/rest/deliveries.ts";
import { uuid } from "../../api/rest/fields.ts";
import { PlimsollError } from "../../domain/error.ts";
import { channels } from "../../notifications/channels.ts";
import type { Channel } from "../../notifications/types.ts";
import { inOrg } from "../../store/in-org.ts";
import { findWebhook, listDeliveries, type DeliveryRow } from "../../store/views/webhooks.ts";
import { orgRoute, type Route } from "../route.ts";
import { retryDelivery } from "../webhook-changes.ts";

const managing = { permission: "manage-webhooks", tag: "Webhooks" } as const;

export const deliveryRoutes: readonly Route[] = [
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/webhook-channels",
      summary: "Channels that webhooks are made of, each with the schema of its options",
      response: channelList,
    },
    () => Promise.resolve({ channels: channels.map(viewChannel) }),
  ),
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/webhooks/{webhookId}/deliveries",
      summary: "What a webhook was told, the newest first, with the attempts that failed",
      params: z.object({ webhookId: uuid }),
      query: deliveryQuery,
      response: deliveryPage,
    },
    ({ org, params: { webhookId }, query }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const webhook = await findWebhook(tx, org.id, webhookId);
        if (webhook === null) throw new PlimsollError("NOT_FOUND", "There is no such webhook.");
        const { entries, next } = await listDeliveries(tx, org.id, webhookId, query);
        return { entries: entries.map(viewDelivery), next };
      }),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/webhooks/{webhookId}/deliveries/{eventId}/retry",
      summary: "Try a delivery that was given up once more",
      params: z.object({
        webhookId: uuid,
        eventId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
      }),
      response: null,
      problems: ["CONFLICT"],
    },
    ({ org, caller, params: { webhookId, eventId } }, { store, queue }) =>
      inOrg(store, org.id, (tx) => retryDelivery({ tx, queue, orgId: org.id, caller }, webhookId, eventId)),
  ),
];

function viewChannel({ id, title, description, status, schemes, secret, options }: Channel) {
  const given = secret.kind === "given" && secret.isRequired ? ("required" as const) : secret.kind;
  const schema = z.toJSONSchema(options, { io: "input" }) as Record<string, unknown>;
  return { id, title, description, status, schemes: [...schemes], secret: given, options: schema };
}

function viewDelivery({ happenedAt, dueAt, at, log, ...delivery }: DeliveryRow): DeliveryView {
  return {
    ...delivery,
    happenedAt: happenedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    at: at.toISOString(),
    log: [...log],
  };
}
