/** Webhooks: other systems that are told of events. Who may see them may see their addresses. */
import { z } from "zod";
import {
  newWebhookView,
  webhookChange,
  webhookList,
  webhookRequest,
  webhookView,
  type WebhookView,
} from "../../api/rest/events.ts";
import { uuid } from "../../api/rest/fields.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findWebhook, listWebhooks, type WebhookRow } from "../../store/views/webhooks.ts";
import { orgRoute, type Route } from "../route.ts";
import { viewFilters, viewSchedule } from "../webhook-content.ts";
import { createWebhook, editWebhook, removeWebhook, testWebhook } from "../webhook-changes.ts";

const managing = { permission: "manage-webhooks", tag: "Webhooks" } as const;
const params = z.object({ webhookId: uuid });

export const webhookRoutes: readonly Route[] = [
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/webhooks",
      summary: "Webhooks, each with what came of its last delivery",
      response: webhookList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({ webhooks: (await listWebhooks(tx, org.id)).map(viewWebhook) })),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/webhooks",
      summary: "Make a webhook, of any channel; the secret that deliveries are signed with is told once",
      body: webhookRequest,
      response: newWebhookView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, body }, { store, queue, secrets }) =>
      inOrg(store, org.id, async (tx) => {
        const { id, secret } = await createWebhook({ tx, queue, orgId: org.id, caller }, secrets, body);
        const view = await getWebhookView(tx, org.id, id);
        return secret === null ? view : { ...view, secret };
      }),
  ),
  orgRoute(
    {
      ...managing,
      method: "put",
      path: "/orgs/{org}/webhooks/{webhookId}",
      summary: "Change a webhook; what is left out stays",
      params,
      body: webhookChange,
      response: webhookView,
    },
    ({ org, caller, params: { webhookId }, body }, { store, queue, secrets }) =>
      inOrg(store, org.id, async (tx) => {
        await editWebhook({ tx, queue, orgId: org.id, caller }, secrets, webhookId, body);
        return getWebhookView(tx, org.id, webhookId);
      }),
  ),
  orgRoute(
    {
      ...managing,
      method: "delete",
      path: "/orgs/{org}/webhooks/{webhookId}",
      summary: "Delete a webhook and its deliveries",
      params,
      response: null,
    },
    ({ org, caller, params: { webhookId } }, { store, queue }) =>
      inOrg(store, org.id, (tx) => removeWebhook({ tx, queue, orgId: org.id, caller }, webhookId)),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/webhooks/{webhookId}/test",
      summary: "Send a test; lastDelivery says what came of it",
      params,
      response: webhookView,
      status: 202,
      problems: ["CONFLICT"],
    },
    ({ org, caller, params: { webhookId } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        await testWebhook({ tx, queue, orgId: org.id, caller }, webhookId);
        return getWebhookView(tx, org.id, webhookId);
      }),
  ),
];

async function getWebhookView(tx: StoreTransaction, orgId: string, id: string): Promise<WebhookView> {
  const webhook = await findWebhook(tx, orgId, id);
  if (webhook === null) throw new PlimsollError("NOT_FOUND", "There is no such webhook.");
  return viewWebhook(webhook);
}

function viewWebhook(webhook: WebhookRow): WebhookView {
  const { createdAt, lastDelivery, events, options, filters, schedule } = webhook;
  return {
    ...webhook,
    events: [...events],
    options: { ...options },
    filters: viewFilters(filters),
    schedule: viewSchedule(schedule),
    createdAt: createdAt.toISOString(),
    lastDelivery: lastDelivery === null ? null : { ...lastDelivery, at: lastDelivery.at.toISOString() },
  };
}
