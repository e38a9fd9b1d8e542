/** The door to the server, with a fetch of our own in its place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apiAddress, createCalls, orgPath } from "./client.ts";
import { ApiProblem } from "./problem.ts";

/** Calls to a server that gives this answer, and what it was asked. */
function serve(answer: () => Response, token: string | null = null) {
  const asked: { address: string; init: RequestInit; headers: Headers }[] = [];
  const ask: typeof fetch = async (address, init = {}) => {
    asked.push({ address: String(address), init, headers: new Headers(init.headers) });
    return answer();
  };
  return { asked, ...createCalls(ask, () => token) };
}

test("reading sends the cookie, follows nothing and proves nothing", async () => {
  const { asked, get } = serve(() => Response.json({ a: 1 }), "secret");
  assert.deepEqual(await get("/orgs/acme/images", { query: { q: "a b", cursor: null, limit: 5 } }), { a: 1 });
  const { address, init, headers } = asked[0]!;
  assert.equal(address, "/api/v1/orgs/acme/images?q=a+b&limit=5");
  assert.deepEqual([init.method, init.credentials, init.redirect], ["GET", "same-origin", "error"]);
  assert.equal(headers.get("x-plimsoll-csrf"), null);
});

test("changing proves that it comes from the dashboard", async () => {
  const { asked, post, del } = serve(() => new Response(null, { status: 204 }), "secret");
  assert.equal(await post("/x", { a: 1 }), undefined);
  await del("/x");
  assert.deepEqual(
    asked.map(({ init, headers }) => [
      init.method,
      init.body,
      headers.get("content-type"),
      headers.get("x-plimsoll-csrf"),
    ]),
    [
      ["POST", '{"a":1}', "application/json", "secret"],
      ["DELETE", undefined, null, "secret"],
    ],
  );
});

const refusals: [name: string, answer: () => Response, code: string, status: number][] = [
  [
    "problem+json",
    () => Response.json({ code: "FORBIDDEN", title: "No." }, { status: 403 }),
    "FORBIDDEN",
    403,
  ],
  ["a page of a proxy", () => new Response("<html>", { status: 502 }), "HTTP_502", 502],
  ["success that is no JSON", () => new Response("<html>"), "ANSWER_INVALID", 200],
  [
    "no answer",
    () => {
      throw new TypeError("fetch failed");
    },
    "NETWORK_UNREACHABLE",
    0,
  ],
];
for (const [name, respond, code, status] of refusals) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(serve(respond).get("/x"), (error) => {
      assert.ok(error instanceof ApiProblem);
      assert.deepEqual([error.code, error.status], [code, status]);
      return true;
    });
  });
}

test("a call that was given up is not a failure of the network", async () => {
  const { get } = serve(() => {
    throw new DOMException("given up", "AbortError");
  });
  await assert.rejects(get("/x"), { name: "AbortError" });
});

test("names in paths cannot become other paths", () => {
  assert.equal(orgPath("a/b", "images", "../x?y#z"), "/orgs/a%2Fb/images/..%2Fx%3Fy%23z");
  assert.equal(apiAddress("/x", { a: "", b: undefined, c: false }), "/api/v1/x?c=false");
});
