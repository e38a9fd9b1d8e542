/**
 * Channel `slack`: a message by an incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat). Names of images
 * are plain text in it: nothing in them becomes a mention, a link or a format.
 */
import { z } from "zod";
import { contextOf, linkOf, partsOf, titleOf } from "../shared/lines.ts";
import { post } from "../shared/post.ts";
import type { Channel, Notification, SendContext, Target } from "../types.ts";

export const slack: Channel = Object.freeze({
  id: "slack",
  title: "Slack",
  description: "A message in a channel of Slack, by the address of an incoming webhook.",
  specs: ["https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"],
  version: 1,
  status: "documented",
  schemes: ["https", "http"],
  secret: { kind: "address" },
  readers: "people",
  options: z.strictObject({}),
  send,
} satisfies Channel);

async function send(notification: Notification, { url }: Target, context: SendContext): Promise<void> {
  const body = JSON.stringify(writeMessage(notification));
  await post({ url, headers: { "content-type": "application/json" }, body }, context);
}

function writeMessage(notification: Notification): object {
  const title = titleOf(notification, TITLE_LENGTH_MAX);
  const { shown, others } = partsOf(notification, PARTS_MAX);
  const link = linkOf(notification.url);
  const lines = shown.map((part) => {
    const url = linkOf(part.url);
    return `• ${url === null ? escape(part.title) : `<${url}|${escape(part.title)}>`}`;
  });
  if (others > 0 && shown.length > 0) lines.push(`and ${others} more`);
  return {
    // What notifications and screen readers say.
    text: escape(title),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      section(title),
      // A block holds 3,000 characters; five lines of 300 with their links fit.
      ...chunks(lines, 5).map((chunk) => ({
        type: "section",
        text: { type: "mrkdwn", text: chunk.join("\n"), verbatim: true },
      })),
      { type: "context", elements: [plain(contextOf(notification))] },
      ...(link === null
        ? []
        : [{ type: "actions", elements: [{ type: "button", text: plain("Open in Plimsoll"), url: link }] }]),
    ],
  };
}

const TITLE_LENGTH_MAX = 1_000;
const PARTS_MAX = 20;

function section(text: string): object {
  return { type: "section", text: plain(text) };
}

function plain(text: string): object {
  return { type: "plain_text", text, emoji: false };
}

/** https://docs.slack.dev/messaging/formatting-message-text, "Escaping text"; a bar would end the address of a link. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("|", "¦");
}

function chunks(lines: readonly string[], size: number): readonly (readonly string[])[] {
  const count = Math.ceil(lines.length / size);
  return Array.from({ length: count }, (_, index) => lines.slice(index * size, (index + 1) * size));
}
