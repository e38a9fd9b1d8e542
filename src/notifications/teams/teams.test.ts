import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  gatheredNotification,
  hostileNotification,
  sending,
  startReceiver,
  type Receiver,
} from "../../../test/helpers/receiver.ts";
import { teams } from "./index.ts";

let receiver: Receiver;
before(async () => {
  // Workflows answer that they have taken it.
  receiver = await startReceiver(() => ({ status: 202 }));
});
after(() => receiver.close());

async function cardOf(notification: typeof hostileNotification) {
  receiver.received.length = 0;
  await teams.send(notification, { url: `${receiver.origin}/hidden`, secret: "", options: {} }, sending());
  assert.equal(receiver.received.length, 1);
  const body = receiver.received[0]?.body ?? "";
  const { type, attachments } = JSON.parse(body);
  assert.equal(type, "message");
  assert.equal(attachments[0].contentType, "application/vnd.microsoft.card.adaptive");
  return { card: attachments[0].content, bytes: Buffer.byteLength(body) };
}

test("teams: an adaptive card whose texts know no Markdown", async () => {
  const { card } = await cardOf(hostileNotification);
  assert.deepEqual([card.type, card.version], ["AdaptiveCard", "1.4"]);
  for (const block of card.body) assert.equal(block.type, "RichTextBlock");
  const [title] = card.body[0].inlines;
  assert.deepEqual([title.type, title.color], ["TextRun", "Attention"]);
  assert.match(title.text, /\[x\]\(https:\/\/evil\.example\)/);
  assert.equal(card.actions[0].url, hostileNotification.url);
});

test("teams: many images fit into one card", async () => {
  const { card, bytes } = await cardOf(gatheredNotification(300));
  assert.ok(bytes < 28_000, String(bytes));
  assert.equal(card.body[1].inlines[0].selectAction.url, "http://127.0.0.1:7300/o/acme/images/0");
  assert.equal(card.body.at(-2).inlines[0].text, "and 285 more");
});

test("teams: without an address of the server there is nothing to open", async () => {
  const { card } = await cardOf({ ...hostileNotification, url: "/o/acme/images/5f1d" });
  assert.deepEqual(card.actions, []);
});
