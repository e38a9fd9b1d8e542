import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { openApiDocument } from "./openapi.ts";
import { orgRoute, route } from "./route.ts";

const routes = [
  orgRoute(
    {
      method: "put",
      path: "/orgs/{org}/policies/{policyId}",
      permission: "manage-policies",
      summary: "Change a policy",
      tag: "Policies",
      params: z.object({ policyId: z.uuid() }),
      query: z.object({ dry: z.enum(["yes", "no"]).default("no").describe("Only look"), q: z.string() }),
      body: z.strictObject({ weight: z.int().default(10) }),
      response: z.object({ weight: z.int() }),
      problems: ["CONFLICT", "OWN_REQUEST"],
    },
    async () => ({ weight: 1 }),
  ),
  route(
    {
      method: "get",
      path: "/health",
      permission: "public",
      summary: "Health",
      tag: "Server",
      response: { mediaTypes: ["text/plain"] },
    },
    async () => new Response(),
  ),
];
// eslint-disable-next-line typescript/no-explicit-any
const document = JSON.parse(JSON.stringify(openApiDocument(routes, "1.2.3"))) as any;
const change = document.paths["/orgs/{org}/policies/{policyId}"].put;

test("the document says what it is", () => {
  assert.equal(document.openapi, "3.1.0");
  assert.equal(document.info.version, "1.2.3");
  assert.deepEqual(document.servers, [{ url: "/api/v1" }]);
});

test("an operation tells its permission and how to sign in", () => {
  assert.equal(change["x-plimsoll-permission"], "manage-policies");
  assert.deepEqual(change.security, [{ token: [] }, { session: [] }]);
  assert.deepEqual(document.paths["/health"].get.security, []);
});

test("parameters of path and query have their shapes", () => {
  assert.deepEqual(
    change.parameters.map((one: { name: string; in: string; required: boolean }) => [
      one.name,
      one.in,
      one.required,
    ]),
    [
      ["org", "path", true],
      ["policyId", "path", true],
      ["dry", "query", false],
      ["q", "query", true],
    ],
  );
  assert.equal(change.parameters[1].schema.format, "uuid");
  assert.equal(change.parameters[2].description, "Only look");
});

test("what is asked and what is answered are told apart", () => {
  const asked = change.requestBody.content["application/json"].schema;
  assert.equal(asked.required, undefined);
  assert.equal(asked.additionalProperties, false);
  assert.deepEqual(change.responses[200].content["application/json"].schema.required, ["weight"]);
  assert.deepEqual(document.paths["/health"].get.responses[200].content, { "text/plain": {} });
});

test("problems stand under their status", () => {
  assert.deepEqual(Object.keys(change.responses).map(Number), [200, 400, 401, 403, 404, 409, 413, 500, 503]);
  assert.match(change.responses[403].description, /FORBIDDEN.*OWN_REQUEST/);
  assert.equal(document.paths["/health"].get.responses[403], undefined);
});
