/** Events, notices, webhooks, and the stream that keeps pages live. */
import { z } from "zod";
import { eventKinds } from "../../domain/event.ts";
import { deliveryFilters, deliverySchedule, deliveryState } from "./deliveries.ts";
import { count, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

export const eventView = z.object({
  id: count,
  kind: z.string(),
  at: time,
  title: z.string(),
  actor: textOrNull,
  imageId: uuid.nullable(),
  repositoryId: uuid.nullable(),
  policyId: uuid.nullable(),
  exceptionId: uuid.nullable(),
  body: z.record(z.string(), z.unknown()),
});
export const eventPage = pageOf(eventView);
export type EventView = z.output<typeof eventView>;
export const eventQuery = z.object({
  ...pageQuery,
  kind: z.string().max(100).optional(),
  image: uuid.optional(),
});

export const noticeView = z.object({ event: eventView, readAt: time.nullable() });
export const noticeList = z.object({ unread: count, entries: z.array(noticeView) });
export type NoticeView = z.output<typeof noticeView>;
export const noticesReadRequest = z.strictObject({ upTo: count });

/** `data:` of a message of the stream: only kinds and ids, never content. */
export const streamMessage = z.object({ id: count, kind: z.string() });
export type StreamMessage = z.output<typeof streamMessage>;

export const webhookChange = z.strictObject({
  name: z.string().trim().min(1).max(100),
  url: z
    .url({ protocol: /^(?:https?|smtps?)$/ })
    .max(2000)
    .refine(
      (url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url),
      "leave user and password out: it is kept in the clear",
    )
    .describe("Where it is sent to; redirects are not followed. Addresses of private networks are allowed."),
  events: z
    .array(z.enum(eventKinds))
    .max(50)
    .default([])
    .describe("Kinds of events; empty: those that members are told of"),
  enabled: z.boolean().default(true),
  options: z
    .record(z.string().max(100), z.unknown())
    .optional()
    .describe("What the channel needs besides, as its schema says. Left out: it stays"),
  secret: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe(
      "Password or token of the receiver, where the channel takes one; never told again. Left out: it stays",
    ),
  filters: deliveryFilters.optional().describe("Left out: they stay"),
  schedule: deliverySchedule.optional().describe("Left out: it stays"),
});
export const webhookRequest = webhookChange.extend({
  channel: z
    .string()
    .max(50)
    .default("webhook")
    .describe("email, jira, slack, teams, ticket; webhook: a signed POST of JSON"),
});
export const webhookView = z.object({
  id: uuid,
  channel: z.string(),
  name: z.string(),
  url: z.string().describe("Without its path where the address is a secret"),
  events: z.array(z.string()),
  enabled: z.boolean(),
  options: z.record(z.string(), z.unknown()),
  hasSecret: z.boolean(),
  filters: deliveryFilters,
  schedule: deliverySchedule,
  createdAt: time,
  lastDelivery: z
    .object({
      eventId: count,
      state: deliveryState,
      attempts: count,
      at: time,
      failure: textOrNull,
    })
    .nullable(),
});
export const webhookList = z.object({ webhooks: z.array(webhookView) });
export type WebhookView = z.output<typeof webhookView>;
export const newWebhookView = webhookView.extend({
  secret: z
    .string()
    .optional()
    .describe("What deliveries are signed with; told once, by the channel webhook alone"),
});
export type NewWebhookView = z.output<typeof newWebhookView>;
