import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  gatheredNotification,
  hostileNotification,
  sending,
  startReceiver,
  type Receiver,
} from "../../../test/helpers/receiver.ts";
import { slack } from "./index.ts";

let receiver: Receiver;
before(async () => {
  receiver = await startReceiver(({ path }) => ({ status: path === "/gone" ? 404 : 200 }));
});
after(() => receiver.close());

const target = (path: string) => ({ url: `${receiver.origin}${path}`, secret: "", options: {} });

test("slack: names are plain text, and no mention", async () => {
  receiver.received.length = 0;
  await slack.send(hostileNotification, target("/services/T0/B0/hidden"), sending());
  const [{ body, headers, path }] = receiver.received as [(typeof receiver.received)[0]];
  assert.equal(path, "/services/T0/B0/hidden");
  assert.equal(headers["content-type"], "application/json");
  const { text, blocks } = JSON.parse(body);
  assert.ok(!/[<>|\r\n]/.test(text), text);
  assert.deepEqual([blocks[0].text.type, blocks[0].text.text.includes("<!channel>")], ["plain_text", true]);
  assert.equal(blocks.at(-1).elements[0].url, hostileNotification.url);
  assert.match(blocks.at(-2).elements[0].text, /^acme · high$/);
});

test("slack: many images are one message, within Slack's limits", async () => {
  receiver.received.length = 0;
  await slack.send(gatheredNotification(300), target("/x"), sending());
  assert.equal(receiver.received.length, 1);
  const { blocks } = JSON.parse(receiver.received[0]?.body ?? "");
  assert.ok(blocks.length <= 50);
  const lists = blocks.filter((block: { text?: { type: string } }) => block.text?.type === "mrkdwn");
  const text = lists.map((block: { text: { text: string } }) => block.text.text).join("\n");
  for (const block of lists) assert.ok(block.text.text.length <= 3_000);
  assert.match(
    text,
    /<http:\/\/127\.0\.0\.1:7300\/o\/acme\/images\/0\|acme\/app-0:1 &lt;b&gt;&amp;¦no longer/,
  );
  assert.match(text, /and 280 more$/);
});

test("slack: an address that is gone is a failure that does not tell the address", async () => {
  await assert.rejects(slack.send(hostileNotification, target("/gone"), sending()), {
    code: "DELIVERY_FAILED",
    message: "The receiver answered with status 404.",
  });
});
