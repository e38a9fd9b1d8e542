/** Events, notices, webhooks, and the stream that keeps pages live. */
import { z } from "zod";
import { eventKinds } from "../../domain/event.ts";
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
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine(
      (url) => !/^https?:\/\/[^/?#]*@/i.test(url),
      "leave user and password out: it is kept in the clear",
    )
    .describe("Where it is sent to; redirects are not followed. Addresses of private networks are allowed."),
  events: z
    .array(z.enum(eventKinds))
    .max(50)
    .default([])
    .describe("Kinds of events; empty: those that members are told of"),
  enabled: z.boolean().default(true),
});
export const webhookRequest = webhookChange.extend({
  channel: z.string().max(50).default("webhook").describe("webhook: a signed POST of JSON"),
});
export const webhookView = z.object({
  id: uuid,
  channel: z.string(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  createdAt: time,
  lastDelivery: z
    .object({
      eventId: count,
      state: z.enum(["waiting", "delivered", "failed"]),
      attempts: count,
      at: time,
      failure: textOrNull,
    })
    .nullable(),
});
export const webhookList = z.object({ webhooks: z.array(webhookView) });
export type WebhookView = z.output<typeof webhookView>;
/** The secret that deliveries are signed with; told once. */
export const newWebhookView = webhookView.extend({ secret: z.string() });
export type NewWebhookView = z.output<typeof newWebhookView>;
