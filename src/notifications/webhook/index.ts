/**
 * Channel `webhook`: a signed POST of JSON, for any receiver. Headers and signature as the Standard Webhooks specification has
 * them, so that its libraries verify them; the body is a CloudEvents 1.0 event in structured form.
 */
import { z } from "zod";
import { post } from "../shared/post.ts";
import type { Channel, Notification, SendContext, Target } from "../types.ts";
import { makeSecret, signedHeaders } from "./signature.ts";

export const webhook: Channel = Object.freeze({
  id: "webhook",
  title: "Webhook",
  description: "A signed POST of JSON to an address of yours.",
  specs: [
    "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md",
  ],
  version: 2,
  status: "tried",
  schemes: ["https", "http"],
  secret: { kind: "made", make: makeSecret },
  readers: "machines",
  options: z.strictObject({}),
  send,
} satisfies Channel);

async function send(notification: Notification, target: Target, context: SendContext): Promise<void> {
  const body = writeBody(notification);
  const signed = signedHeaders({ id: notification.id, at: context.now, body }, target.secret);
  const headers = { "content-type": "application/json", ...signed };
  await post({ url: target.url, headers, body }, context);
}

/** Keys are in a fixed order: the same notification is the same body, however often it is sent. */
function writeBody(notification: Notification): string {
  const { id, type, time, organisation, subject, title, actor, url, source, details } = notification;
  const { topic, severity, parts, partCount } = notification;
  return JSON.stringify({
    specversion: "1.0",
    type,
    id,
    time,
    source,
    organisation,
    ...(subject === null ? {} : { subject }),
    datacontenttype: "application/json",
    data: {
      title,
      actor,
      url,
      topic,
      severity,
      details,
      ...(partCount === 0 ? {} : { parts, partCount }),
    },
  });
}
