/** What the server asks providers and issuers with: only where the operator lets it, without redirects, and no more than fits. */
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { parseConnectRules } from "../../io/connect-rules.ts";
import { createOutgoing } from "./outgoing.ts";

let answer: RequestListener = (_request, response) => void response.end("{}");
let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  answer(request, response);
});
let url = "";
before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => new Promise((done) => server.close(done)));

const get = { method: "GET", headers: {} };

test("asks nobody whom the operator's rules exclude", async () => {
  const rules = parseConnectRules({ allow: [], deny: ["127.0.0.0/8"] });
  asked = 0;
  await assert.rejects(createOutgoing(rules)(url, get, null), { code: "HTTP_FAILED" });
  assert.equal(asked, 0);
  assert.equal(await (await createOutgoing(null)(url, get, null)).text(), "{}");
});

test("does not go where it is sent on to", async () => {
  answer = (_request, response) => void response.writeHead(302, { location: `${url}else` }).end();
  asked = 0;
  const sent = await createOutgoing(null)(url, get, null).then(
    ({ status }) => status,
    ({ code }: { code: string }) => code,
  );
  assert.ok(sent === 302 || sent === "HTTP_FAILED", String(sent));
  assert.equal(asked, 1);
});

test("reads no answer without end", async () => {
  answer = (_request, response) => void response.end("x".repeat(2 * 1024 * 1024));
  await assert.rejects(createOutgoing(null)(url, get, null), { code: "LIMIT_EXCEEDED" });
});

test("sends forms as forms", async () => {
  let type = "";
  answer = (request, response) => {
    type = request.headers["content-type"] ?? "";
    request.pipe(response);
  };
  const init = { method: "POST", headers: {}, body: new URLSearchParams({ a: "b c" }) };
  assert.equal(await (await createOutgoing(null)(url, init, null)).text(), "a=b+c");
  assert.match(type, /^application\/x-www-form-urlencoded/);
});
