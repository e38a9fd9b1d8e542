/** What a message says, for channels that speak to people. None of it is escaped. */
import { createHash } from "node:crypto";
import { printable } from "../../domain/problem.ts";
import type { Notification, NotificationPart } from "../types.ts";

/** One line, without control characters. */
export function titleOf({ title }: Notification, lengthMax: number): string {
  return printable(title, lengthMax);
}

/** Those that fit, and how many do not: 0 when all do. */
export function partsOf(
  { parts, partCount }: Notification,
  countMax: number,
): { readonly shown: readonly NotificationPart[]; readonly others: number } {
  const shown = parts.slice(0, countMax).map((part) => ({ ...part, title: printable(part.title, 300) }));
  return { shown, others: Math.max(0, partCount - shown.length) };
}

/** `acme · high · Ada` */
export function contextOf({ organisation, severity, actor }: Notification): string {
  const words = [organisation, severity, actor].filter((word) => word !== null);
  return words.map((word) => printable(word, 100)).join(" · ");
}

/** Whole messages in plain text: a title, what it is made of, where to read on. */
export function plainText(notification: Notification): string {
  const { shown, others } = partsOf(notification, 100);
  return [
    titleOf(notification, 1_000),
    ...(shown.length === 0 ? [] : ["", ...shown.map(({ title, url }) => `- ${title}\n  ${url}`)]),
    ...(others > 0 && shown.length > 0 ? [`- and ${others} more`] : []),
    "",
    ...(linkOf(notification.url) === null ? [] : [notification.url]),
    contextOf(notification),
  ].join("\n");
}

/** An address that can be opened from elsewhere; null while the server does not know its own. */
export function linkOf(url: string): string | null {
  return /^https?:\/\//.test(url) ? url : null;
}

/** A topic as a word of letters and digits that trackers take as a label: `plimsoll-1f0c…`. */
export function topicWord({ organisation, topic }: Notification): string {
  const digest = createHash("sha256").update(`${organisation}\n${topic}`).digest("hex");
  return `plimsoll-${digest.slice(0, 24)}`;
}
