/** Events, notices, webhooks, and the stream that keeps pages live. */
import { z } from "zod";
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

export const webhookRequest = z.strictObject({
  name: z.string().min(1).max(100),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  events: z.array(z.string().max(100)).max(50).default([]),
  enabled: z.boolean().default(true),
});
export const webhookView = z.object({
  id: uuid,
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  createdAt: time,
  lastDelivery: z
    .object({ state: z.enum(["waiting", "delivered", "failed"]), at: time, failure: textOrNull })
    .nullable(),
});
export type WebhookView = z.output<typeof webhookView>;
/** The secret that deliveries are signed with; told once. */
export const newWebhookView = webhookView.extend({ secret: z.string() });
export type NewWebhookView = z.output<typeof newWebhookView>;
