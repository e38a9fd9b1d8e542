/** Answers that are sent once: tags, the headers that name them, and the door that leaves out what the client has. */
import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { startTestServer, type TestServer } from "../../test/helpers/server.ts";
import { entityTag, namesTag } from "./entity-tag.ts";

const tag = entityTag("one");
const rows: readonly (readonly [what: string, header: string | null, expected: boolean])[] = [
  ["the tag", tag, true],
  ["a weak form of it", `W/${tag}`, true],
  ["one of several", `"other", ${tag}`, true],
  ["any", "*", true],
  ["no header", null, false],
  ["another", entityTag("two"), false],
  ["the tag without quotes", tag.slice(1, -1), false],
  ["a header that is too long", `${'"x", '.repeat(2_000)}${tag}`, false],
];
for (const [what, header, expected] of rows) {
  test(`If-None-Match with ${what}: ${expected}`, () => assert.equal(namesTag(header, tag), expected));
}

describe("the door", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const ask = (as: "owner" | "viewer" | "outsider", path: string, known?: string) =>
    server.request(
      as,
      "GET",
      path,
      undefined,
      known === undefined ? {} : { headers: { "if-none-match": known } },
    );

  it("sends nothing again that has not changed, and everything once it has", async () => {
    const first = await ask("owner", "/orgs/acme/environments");
    const known = first.headers.get("etag") ?? "";
    assert.equal(first.status, 200);
    assert.match(known, /^"[\w-]{22}"$/);
    const again = await ask("owner", "/orgs/acme/environments", known);
    assert.deepEqual([again.status, again.text, again.headers.get("etag")], [304, "", known]);
    assert.equal(again.headers.get("cache-control"), "no-store");
    await server.request("owner", "POST", "/orgs/acme/environments", { name: "production" });
    const changed = await ask("owner", "/orgs/acme/environments", known);
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.get("etag"), known);
  });

  it("lets nobody in by a tag", async () => {
    const known = (await ask("owner", "/orgs/acme/environments")).headers.get("etag") ?? "";
    assert.equal((await ask("outsider", "/orgs/acme/environments", known)).status, 404);
    assert.equal((await ask("outsider", "/orgs/acme/environments", "*")).status, 404);
  });

  it("marks reading alone", async () => {
    const made = await server.request("owner", "POST", "/orgs/acme/environments", { name: "staging" });
    assert.equal(made.headers.get("etag"), null);
  });
});
