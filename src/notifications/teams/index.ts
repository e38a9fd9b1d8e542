/**
 * Channel `teams`: an adaptive card in Microsoft Teams, by the address of a workflow ("Post to a channel when a webhook request is
 * received"). Text stands in runs, in which cards know no Markdown: nothing in the name of an image becomes a link.
 */
import { z } from "zod";
import type { Severity } from "../../domain/advisory.ts";
import { contextOf, linkOf, partsOf, titleOf } from "../shared/lines.ts";
import { post } from "../shared/post.ts";
import type { Channel, Notification, SendContext, Target } from "../types.ts";

export const teams: Channel = Object.freeze({
  id: "teams",
  title: "Microsoft Teams",
  description: "An adaptive card in a channel of Teams, by the address of a workflow.",
  specs: [
    "https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook",
    "https://adaptivecards.io/schemas/1.4.0/adaptive-card.json",
  ],
  version: 1,
  status: "documented",
  schemes: ["https", "http"],
  secret: { kind: "address" },
  readers: "people",
  options: z.strictObject({}),
  send,
} satisfies Channel);

async function send(notification: Notification, { url }: Target, context: SendContext): Promise<void> {
  const body = JSON.stringify({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: writeCard(notification),
      },
    ],
  });
  await post({ url, headers: { "content-type": "application/json" }, body }, context);
}

function writeCard(notification: Notification): object {
  const { shown, others } = partsOf(notification, PARTS_MAX);
  const link = linkOf(notification.url);
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    body: [
      runs([{ text: titleOf(notification, 1_000), weight: "Bolder", color: colorOf(notification.severity) }]),
      ...shown.map(({ title, url }) => {
        const at = linkOf(url);
        const open = at === null ? {} : { selectAction: { type: "Action.OpenUrl", url: at } };
        return runs([{ text: `• ${title}`, ...open }]);
      }),
      ...(others > 0 && shown.length > 0 ? [runs([{ text: `and ${others} more` }])] : []),
      runs([{ text: contextOf(notification), isSubtle: true, size: "Small" }]),
    ],
    actions: link === null ? [] : [{ type: "Action.OpenUrl", title: "Open in Plimsoll", url: link }],
  };
}

/** Teams takes messages of 28 KB. */
const PARTS_MAX = 15;

function runs(inlines: readonly object[]): object {
  return { type: "RichTextBlock", inlines: inlines.map((run) => ({ type: "TextRun", ...run })) };
}

function colorOf(severity: Severity | null): string {
  if (severity === "critical" || severity === "high") return "Attention";
  return severity === "medium" ? "Warning" : "Default";
}
