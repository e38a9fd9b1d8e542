/**
 * Channel `webhook`: a signed POST of JSON, for any receiver. Headers and signature as the Standard Webhooks specification has
 * them, so that its libraries verify them; the body is a CloudEvents 1.0 event in structured form.
 *
 * Where the address leads is the operator's business, who may close networks (io/connect-rules.ts): receivers in private networks are
 * the rule where there is no way out. A redirect is never followed, the answer's body is not read, and of the answer only its status is told.
 */
import { PlimsollError } from "../../domain/error.ts";
import { httpRequest } from "../../io/http.ts";
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
  version: 1,
  makeSecret,
  send,
} satisfies Channel);

async function send(notification: Notification, target: Target, context: SendContext): Promise<void> {
  const body = writeBody(notification);
  const response = await httpRequest({
    url: target.url,
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...signedHeaders({ id: notification.id, at: context.now, body }, target.secret),
    },
    body,
    signal: context.signal,
    limits: { connectTimeoutMs: 5_000, headersTimeoutMs: 10_000 },
  }).catch((error: unknown) => {
    throw asFailure(error, context.signal);
  });
  await response.discard();
  if (response.status >= 200 && response.status <= 299) return;
  throw failed(`The receiver answered with status ${response.status}.`, response.status);
}

/** Keys are in a fixed order: the same notification is the same body, however often it is sent. */
function writeBody(notification: Notification): string {
  const { id, type, time, organisation, subject, title, actor, url, source, details } = notification;
  return JSON.stringify({
    specversion: "1.0",
    type,
    id,
    time,
    source,
    organisation,
    ...(subject === null ? {} : { subject }),
    datacontenttype: "application/json",
    data: { title, actor, url, details },
  });
}

/** The address may hold a secret in its path, so the error of `io`, which names it, is not passed on, nor kept as the cause. */
function asFailure(error: unknown, signal: AbortSignal): unknown {
  signal.throwIfAborted();
  if (!(error instanceof PlimsollError)) return error;
  const reason = String(error.details["reason"] ?? error.code);
  return failed(`The receiver could not be reached: ${words[reason] ?? reason}.`, null);
}

const words: Readonly<Record<string, string>> = {
  NOT_ALLOWED: "the operator does not let this server connect there",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_SOCKET: "the connection broke off",
  timeout: "it took too long",
};

function failed(message: string, status: number | null): PlimsollError {
  return new PlimsollError("DELIVERY_FAILED", message, { details: { status } });
}
