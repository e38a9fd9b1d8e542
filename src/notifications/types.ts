/**
 * Contract of a notification channel: one way of telling another system what happened. The worker decides what is told to whom,
 * and how often it is tried; a channel makes the message and sends it once.
 */

/** What happened, as far as others are told. Text in it is text of people and images: a channel escapes what it prints. */
export interface Notification {
  /** Stays the same however often it is sent, so that a receiver can drop repeats: `evt_<organisation's uuid>_<event>`. */
  readonly id: string;
  /** A kind of src/domain/event.ts: `verdict.changed`. */
  readonly type: string;
  /** RFC 3339, when it happened. */
  readonly time: string;
  /** Name of the organisation. */
  readonly organisation: string;
  /** What it happened to: `images/<uuid>`; null: the organisation. */
  readonly subject: string | null;
  /** One sentence. */
  readonly title: string;
  /** Who did it; null: the system. */
  readonly actor: string | null;
  /** The dashboard's page about it. */
  readonly url: string;
  /** Address of the organisation in the dashboard: where notifications come from. */
  readonly source: string;
  /** What else was recorded with the event. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Target {
  /** `https://…` or `http://…`, without user and password. Its path may be a secret: it is not printed. */
  readonly url: string;
  /** Made by `makeSecret`. */
  readonly secret: string;
}

export interface SendContext {
  /** Time of the attempt. */
  readonly now: Date;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

export interface Channel {
  /** Folder name and stored id: `webhook`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly specs: readonly string[];
  /** Raised when receivers see another message for the same event. */
  readonly version: number;
  /** A secret from 32 random bytes, in the form in which receivers take it. */
  makeSecret(random: Uint8Array): string;
  /**
   * Sends it once; fulfilled when the receiver said that it has it.
   * @throws PlimsollError DELIVERY_FAILED, in words that may be shown: no secret, and of the address no more than the host
   */
  send(notification: Notification, target: Target, context: SendContext): Promise<void>;
}
