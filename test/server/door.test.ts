/** What a request passes before its route answers, and in which order: who asks, whether they may, what they say. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { orgRoute, type Route } from "../../src/server/route.ts";
import { startTestServer, type Answer, type TestServer } from "../helpers/server.ts";

const response = z.object({ ok: z.boolean() });
const spec = { summary: "for a test", tag: "Test", response } as const;
let reached: unknown[] = [];

const routes: readonly Route[] = [
  orgRoute(
    {
      ...spec,
      method: "put",
      path: "/orgs/{org}/things/{thingId}",
      permission: "manage-policies",
      params: z.object({ thingId: z.uuid() }),
      query: z.object({ limit: z.coerce.number().int().max(5).default(3) }),
      body: z.strictObject({ name: z.string(), deep: z.unknown().optional() }),
      bodyBytesMax: 1000,
    },
    async ({ params, query, body, org }) => {
      reached.push({ params, query, body, org });
      return { ok: true };
    },
  ),
  orgRoute(
    { ...spec, method: "get", path: "/orgs/{org}/things/{thingId}", permission: "read" },
    async () => ({ ok: false }),
  ),
  orgRoute({ ...spec, method: "get", path: "/orgs/{org}/things/count", permission: "read" }, async () => ({
    ok: true,
  })),
];

let server: TestServer;
before(async () => {
  server = await startTestServer({ routes });
});
after(() => server.close());

const id = "00000000-0000-4000-8000-000000000000";
const put = (as: Parameters<TestServer["request"]>[0], body: unknown, path = id): Promise<Answer> =>
  server.request(as, "PUT", `/orgs/acme/things/${path}`, body);

describe("what a request says", () => {
  test("reaches the route as its shapes have it", async () => {
    reached = [];
    assert.equal((await put("security", { name: "a" })).status, 200);
    assert.deepEqual(reached, [
      {
        params: { thingId: id },
        query: { limit: 3 },
        body: { name: "a" },
        org: { id: server.orgs.acme, name: "acme", role: "security" },
      },
    ]);
  });

  const wrong: readonly (readonly [name: string, body: unknown, path: string, fields: readonly string[]])[] =
    [
      ["a body of another shape", { name: 1 }, id, ["name"]],
      ["a field that nobody asked for", { name: "a", role: "owner" }, id, [""]],
      ["an id that is none", { name: "a" }, "7", ["thingId"]],
      ["a query out of range", { name: "a" }, `${id}?limit=6`, ["limit"]],
      ["a parameter given twice", { name: "a" }, `${id}?limit=1&limit=2`, ["limit"]],
      ["U+0000 in a text", { name: "a\u0000" }, id, []],
      ["half a character", { name: "\ud800" }, id, []],
      ["U+0000 in a key", { name: "a", deep: { "\u0000": 1 } }, id, []],
      ["endless nesting", { name: "a", deep: nested(100) }, id, []],
    ];
  for (const [name, body, path, fields] of wrong) {
    test(`is refused with ${name}`, async () => {
      reached = [];
      const answer = await put("security", body, path);
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.json.code, "REQUEST_INVALID");
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      assert.deepEqual(
        (answer.json.fields ?? []).map((field: { path: string }) => field.path),
        fields,
      );
      assert.deepEqual(reached, []);
    });
  }

  test("is not looked at before it is known that the caller may", async () => {
    for (const [as, status] of [
      ["anonymous", 401],
      ["viewer", 403],
      ["outsider", 404],
      ["service:read", 403],
    ] as const) {
      for (const path of [id, "7", `${id}?limit=99`]) {
        assert.equal((await put(as, { name: 1 }, path)).status, status, `${as} ${path}`);
      }
    }
  });

  test("has a size", async () => {
    const answer = await put("security", { name: "a".repeat(1000) });
    assert.equal(answer.status, 413);
    assert.equal(answer.json.code, "REQUEST_TOO_LARGE");
    assert.equal((await put("viewer", { name: "a".repeat(1000) })).status, 403);
  });

  test("has a size also when it does not say so", async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new TextEncoder().encode("a".repeat(500)));
      },
    });
    const headers = { "content-type": "application/json" };
    const init = { body, headers, duplex: "half" } as RequestInit;
    const answer = await server.request("security", "PUT", `/orgs/acme/things/${id}`, undefined, init);
    assert.equal(answer.json.code, "REQUEST_TOO_LARGE");
    assert.ok(sent < 10, `${sent} chunks were read`);
  });

  const bodies: readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>, type: string])[] = [
    ["no JSON", "{hunter2", "application/json"],
    ["a form", "name=a", "application/x-www-form-urlencoded"],
    ["text", '{"name":"a"}', "text/plain"],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "application/json"],
    ["nothing", "", "application/json"],
  ];
  for (const [name, body, type] of bodies) {
    test(`is refused when it is ${name}, and not repeated`, async () => {
      const init = { body, headers: { "content-type": type } };
      const answer = await server.request("security", "PUT", `/orgs/acme/things/${id}`, undefined, init);
      assert.equal(answer.json.code, "REQUEST_INVALID");
      assert.ok(!answer.text.includes("hunter2"));
    });
  }
});

test("the more specific of two addresses answers", async () => {
  assert.deepEqual((await server.request("viewer", "GET", "/orgs/acme/things/count")).json, { ok: true });
  assert.deepEqual((await server.request("viewer", "GET", "/orgs/acme/things/other")).json, { ok: false });
});

test("an organisation is the same whether it does not exist or is another's", async () => {
  const answers = await Promise.all(
    ["acme", "nothing-there", "UPPER", "%00", "a".repeat(100)].map(async (name) => {
      const answer = await server.request("outsider", "GET", `/orgs/${name}/things/count`);
      return [answer.status, answer.text];
    }),
  );
  assert.deepEqual(new Set(answers.map(String)).size, 1);
  assert.equal(answers[0]?.[0], 404);
});

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}
