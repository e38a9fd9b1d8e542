/**
 * Contract of a notification channel: one way of telling another system what happened. The worker decides what is told to whom,
 * and how often it is tried; a channel makes the message and sends it once.
 */
import type { z } from "zod";
import type { Severity } from "../domain/advisory.ts";
import type { JsonRecord } from "../domain/json-record.ts";

/** What happened, as far as others are told. Text in it is text of people and images: a channel escapes what it prints. */
export interface Notification {
  /** Stays the same however often it is sent, so that a receiver can drop repeats: `evt_<organisation's uuid>_<event>`. */
  readonly id: string;
  /** A kind of src/domain/event.ts, `verdict.changed`; of several kinds in one message: `digest`. */
  readonly type: string;
  /** RFC 3339, when it happened; of several things the last. */
  readonly time: string;
  /** Name of the organisation. */
  readonly organisation: string;
  /** What it happened to: `images/<uuid>`; null: the organisation. */
  readonly subject: string | null;
  /**
   * The same for everything that is about the same: an advisory, a policy in a repository. Trackers keep one open ticket for each.
   * `advisory:CVE-2026-1234`
   */
  readonly topic: string;
  /** The worst that came with it; null: it is about no findings. */
  readonly severity: Severity | null;
  /** One sentence. */
  readonly title: string;
  /** Who did it; null: the system. */
  readonly actor: string | null;
  /** The dashboard's page about it. */
  readonly url: string;
  /** Address of the organisation in the dashboard: where notifications come from. */
  readonly source: string;
  /** What else was recorded with the event. */
  readonly details: JsonRecord;
  /** What it is made of when several things are told at once; empty: one thing. */
  readonly parts: readonly NotificationPart[];
  /** How many there are; `parts` has the first of them. */
  readonly partCount: number;
}

/** One of several things in one message. */
export interface NotificationPart {
  /** Of the event. */
  readonly id: string;
  readonly title: string;
  readonly url: string;
}

export interface Target {
  /** `https://…`, `smtp://…`, without user and password. Its path may be a secret: it is not printed. */
  readonly url: string;
  /** What the channel's `secret` says; empty where it has none. */
  readonly secret: string;
  /** As the channel's `options` made them. */
  readonly options: JsonRecord;
}

export interface SendContext {
  /** Time of the attempt. */
  readonly now: Date;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/**
 * What a channel keeps sealed. `made`: by us, told once, signs what is sent. `address`: whoever knows the address may post, so all
 * of it but the host is the secret. `given`: the receiver's, told to us; `words` say what it is.
 */
export type ChannelSecret =
  | {
      readonly kind: "made";
      /** From 32 random bytes, in the form in which receivers take it. */
      make(random: Uint8Array): string;
    }
  | { readonly kind: "address" }
  | { readonly kind: "given"; readonly isRequired: boolean; readonly words: string };

export interface Channel {
  /** Folder name and stored id: `webhook`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly specs: readonly string[];
  /** Raised when receivers see another message for the same event. */
  readonly version: number;
  /** `tried`: with the product or a server of its protocol; `documented`: with what its documentation says. */
  readonly status: "tried" | "documented";
  readonly schemes: readonly ("http" | "https" | "smtp" | "smtps")[];
  readonly secret: ChannelSecret;
  /** People want one message on what belongs together, machines each event, trackers a ticket for each topic. */
  readonly readers: "people" | "machines" | "trackers";
  /** What is filled in besides; a strict object. */
  readonly options: z.ZodType<JsonRecord>;
  /**
   * What only all parts together show to be wrong, in a sentence; null: nothing. `hasSecret`: one is given, or kept.
   */
  check?(target: {
    readonly url: string;
    readonly options: JsonRecord;
    readonly hasSecret: boolean;
  }): string | null;
  /**
   * Sends it once; fulfilled when the receiver said that it has it.
   * @throws PlimsollError DELIVERY_FAILED, in words that may be shown: no secret, and of the address no more than the host
   */
  send(notification: Notification, target: Target, context: SendContext): Promise<void>;
}
