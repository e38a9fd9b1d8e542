import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  gatheredNotification,
  hostileNotification,
  sending,
  startReceiver,
  type Receiver,
} from "../../../test/helpers/receiver.ts";
import { jira } from "./index.ts";

let receiver: Receiver;
/** Ids of issues that are not done, by label. */
const open = new Map<string, string>();
let garbage = false;

before(async () => {
  // As https://developer.atlassian.com/cloud/jira/platform/rest/v3/ describes the three requests.
  receiver = await startReceiver(({ method, path, body }) => {
    if (garbage) return { status: 200, json: { issues: [{}] } };
    assert.equal(method, "POST");
    const asked = JSON.parse(body);
    if (path === "/jira/rest/api/3/search/jql") {
      const label = /labels = "([^"]+)"/.exec(asked.jql)?.[1] ?? "";
      const id = open.get(label);
      return {
        status: 200,
        json: { issues: id === undefined ? [] : [{ id, key: `SEC-${id}` }], isLast: true },
      };
    }
    if (path === "/jira/rest/api/3/issue") {
      open.set(asked.fields.labels[0], "1");
      return { status: 201, json: { id: "1", key: "SEC-1" } };
    }
    return { status: path === "/jira/rest/api/3/issue/1/comment" ? 201 : 404 };
  });
});
after(() => receiver.close());
describe("jira", () => {
  beforeEach(() => {
    receiver.received.length = 0;
    open.clear();
    garbage = false;
  });

  function send(notification = hostileNotification, options: object = {}) {
    const parsed = jira.options.parse({ project: "SEC", labels: ["security"], ...options });
    return jira.send(
      notification,
      { url: `${receiver.origin}/jira/`, secret: "hidden-token", options: parsed },
      sending(),
    );
  }

  test("jira: one issue a topic; the next message about it is a comment", async () => {
    await send();
    await send({ ...gatheredNotification(60), id: "evt_0a6b_8" });
    const paths = receiver.received.map(({ path }) => path.replace("/jira/rest/api/3/", ""));
    assert.deepEqual(paths, ["search/jql", "issue", "search/jql", "issue/1/comment"]);
    const [search, issue, , comment] = receiver.received.map(({ body }) => JSON.parse(body));
    const { fields } = issue;
    assert.deepEqual([fields.project.key, fields.issuetype.name], ["SEC", "Task"]);
    assert.match(fields.labels[0], /^plimsoll-[0-9a-f]{24}$/);
    assert.deepEqual(fields.labels.slice(1), ["security"]);
    assert.equal(search.jql, `project = "SEC" AND labels = "${fields.labels[0]}" AND statusCategory != Done`);
    assert.ok(fields.summary.length <= 255 && !/[\r\n]/.test(fields.summary));
    assert.deepEqual([fields.description.type, fields.description.version], ["doc", 1]);
    assert.equal(comment.body.content[1].content.length, 50);
    assert.equal(comment.body.content[2].content[0].text, "and 10 more");
  });

  test("jira: another topic is another issue, also of another organisation", async () => {
    await send();
    await send({ ...hostileNotification, topic: "advisory:CVE-2026-9" });
    await send({ ...hostileNotification, organisation: "other" });
    assert.equal(receiver.received.filter(({ path }) => path.endsWith("/issue")).length, 3);
  });

  test("jira: signs in as a user with a token, or by the token alone", async () => {
    await send(hostileNotification, { user: "ada@example.com" });
    await send();
    const [first, , third] = receiver.received.map(({ headers }) => headers.authorization);
    assert.equal(first, `Basic ${Buffer.from("ada@example.com:hidden-token").toString("base64")}`);
    assert.equal(third, "Bearer hidden-token");
  });

  test("jira: an answer that is none of Jira's makes no issue", async () => {
    garbage = true;
    await assert.rejects(send(), { code: "DELIVERY_FAILED" });
    assert.equal(receiver.received.length, 1);
  });

  const refused: [name: string, options: object][] = [
    ["no project", {}],
    ["a project that would end the query's text", { project: 'A" OR project = "B' }],
    ["a label with a space", { project: "SEC", labels: ["a b"] }],
    ["a user with a colon", { project: "SEC", user: "a:b" }],
    ["an option that it does not have", { project: "SEC", api: 2 }],
  ];
  for (const [name, options] of refused) {
    test(`jira: refuses ${name}`, () => assert.equal(jira.options.safeParse(options).success, false));
  }
});
