import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  hostileNotification,
  sending,
  startReceiver,
  type Receiver,
} from "../../../test/helpers/receiver.ts";
import { ticket } from "./index.ts";

let receiver: Receiver;
before(async () => {
  receiver = await startReceiver(() => ({ status: 201 }));
});
after(() => receiver.close());

async function send(options: object) {
  receiver.received.length = 0;
  const target = {
    url: `${receiver.origin}/tickets`,
    secret: "hidden $& token",
    options: ticket.options.parse(options),
  };
  await ticket.send(hostileNotification, target, sending());
  assert.equal(receiver.received.length, 1);
  return receiver.received[0]!;
}

test("ticket: a template is filled in, and names change nothing of its shape", async () => {
  const { method, headers, body } = await send({
    method: "PUT",
    headers: { Authorization: "Token {{secret}}" },
    body: {
      routing_key: "R",
      dedup_key: "{{topic}}",
      payload: {
        summary: "{{organisation}}: {{title}}",
        severity: "{{severity}}",
        tags: ["{{type}}", 1, null, true],
      },
      "{{title}}": "{{url}}",
    },
  });
  assert.deepEqual([method, headers["content-type"]], ["PUT", "application/json"]);
  assert.equal(headers.authorization, "Token hidden $& token");
  const sent = JSON.parse(body);
  assert.match(sent.dedup_key, /^plimsoll-[0-9a-f]{24}$/);
  assert.ok(sent.payload.summary.startsWith('acme: acme/<!channel>|"[x]'));
  assert.deepEqual(sent.payload.tags, ["verdict.changed", 1, null, true]);
  assert.equal(sent["{{title}}"], hostileNotification.url);
  // What a name says is not filled in once more.
  assert.ok(body.includes("{{secret}}") && !body.includes("hidden"));
});

test("ticket: a form", async () => {
  const { headers, body } = await send({ encoding: "form", body: { summary: "{{title}}", id: "{{id}}" } });
  assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
  const form = new URLSearchParams(body);
  assert.deepEqual([...form.keys()], ["summary", "id"]);
  assert.equal(form.get("id"), "evt_0a6b_7");
});

const refused: [name: string, options: object][] = [
  ["no body", {}],
  ["something that nothing is called", { body: { a: "{{titel}}" } }],
  ["the secret in the body", { body: "{{secret}}" }],
  ["a header that ends the line", { headers: { a: "b\r\nc: d" }, body: {} }],
  ["a header's name that ends the line", { headers: { "a\r\nb": "c" }, body: {} }],
  ["the host", { headers: { Host: "elsewhere" }, body: {} }],
  ["a form with lists", { encoding: "form", body: { a: [] } }],
  ["a method that only reads", { method: "GET", body: {} }],
  ["a body that is too long", { body: { a: "x".repeat(20_001) } }],
];
for (const [name, options] of refused) {
  test(`ticket: refuses ${name}`, () => assert.equal(ticket.options.safeParse(options).success, false));
}

test("ticket: a header that needs the secret needs one to be given", () => {
  const options = ticket.options.parse({ headers: { a: "{{secret}}" }, body: {} });
  assert.notEqual(ticket.check?.({ url: "https://a.example", options, hasSecret: false }), null);
  assert.equal(ticket.check?.({ url: "https://a.example", options, hasSecret: true }), null);
});
