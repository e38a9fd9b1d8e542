/**
 * Who may do what: the table of docs/reference/roles.md against the one of the program, and every route of the API asked as
 * everybody. Requests name things that are not there and carry an empty body, so what is allowed does nothing.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { actions, roles, scopes, type Action, type Role, type Scope } from "../../src/domain/roles.ts";
import type { Permission, Route } from "../../src/server/route.ts";
import { allRoutes } from "../../src/server/routes/all.ts";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";
import { everybody, startTestServer, type Answer, type As, type TestServer } from "../helpers/server.ts";

interface Row {
  readonly roles: ReadonlySet<Role>;
  readonly administrator: boolean;
  readonly scope: string | null;
}

const table = readTable();

/** Personal tokens: as wide as the account, and narrowed to a scope that its role has or has not. */
const personal: readonly As[] = [
  "token:owner",
  "token:viewer",
  "token:administrator",
  ...scopes.map((scope) => `token:owner:${scope}` as const),
  "token:viewer:analyse",
  "token:administrator:read",
];
const callers: readonly As[] = [...everybody, ...personal];

test("the table of the reference is the program's", () => {
  assert.deepEqual([...table.keys()].toSorted(), Object.keys(actions).toSorted());
  for (const [action, row] of table) {
    const own = actions[action as Action];
    assert.deepEqual([...row.roles], own.roles, action);
    assert.equal(row.administrator, own.administrator, action);
    assert.equal(row.scope, own.scope, action);
  }
});

test("every route has a row of the table, or is one of the few that need none", () => {
  const strangers = allRoutes
    .map(({ spec }) => spec)
    .filter(
      ({ permission }) => !table.has(permission) && permission !== "public" && permission !== "signed-in",
    );
  assert.deepEqual(strangers, []);
  const open = allRoutes.filter(({ spec }) => spec.permission === "public").map(nameOf);
  assert.deepEqual(open.toSorted(), [
    "get /health",
    "get /health/live",
    "get /health/ready",
    "get /setup",
    "get /sign-in",
    "get /sign-in/{provider}/callback",
    "get /sign-in/{provider}/finish",
    "post /hooks/{organisation}/{registryId}",
    "post /hooks/{organisation}/{registryId}/{key}",
    "post /session",
    "post /session/redeem",
    "post /sign-in/{provider}/assertion",
    "post /sign-in/{provider}/begin",
    "post /sign-in/{provider}/password",
    "post /tokens/by-oidc",
    "post /tokens/by-password",
  ]);
  const signedIn = allRoutes.filter(({ spec }) => spec.permission === "signed-in").map(nameOf);
  assert.deepEqual(signedIn.toSorted(), ["get /orgs", "get /session", "post /session/sign-out"]);
});

test("every route has an address of its own", () => {
  const names = allRoutes.map(nameOf);
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
});

describe("every route as everybody", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  for (const route of allRoutes) {
    test(nameOf(route), async () => {
      const wrong = await Promise.all(
        callers.map(async (as) => {
          const answer = await ask(server, route, as);
          const expected = expect(route, as);
          if (isAsExpected(answer, expected)) return [];
          return [`${as}: ${expected}, but ${answer.status} ${answer.json?.code ?? ""}`];
        }),
      );
      assert.deepEqual(wrong.flat(), []);
      assert.deepEqual(server.logged, []);
    });
  }
});

/** What the table says: the status of a refusal, or that it is allowed. */
function expect({ spec }: Route, as: As): "allowed" | 401 | 403 | 404 {
  const { permission } = spec;
  if (permission === "public") return "allowed";
  if (as === "anonymous") return 401;
  const [kind, second, third] = as.split(":") as [string, string | undefined, string | undefined];
  const isInOrg = spec.path.startsWith("/orgs/{org}");
  if (kind === "service") {
    if (!isInOrg || permission === "signed-in") return 403;
    return table.get(permission)?.scope === second ? "allowed" : 403;
  }
  const account = kind === "token" ? (second ?? "") : kind;
  const row = table.get(permission);
  if (isInOrg && !isRole(account)) {
    return account === "administrator" && row?.administrator === true ? "allowed" : 404;
  }
  if (permission === "signed-in") return third === undefined || spec.method === "get" ? "allowed" : 403;
  return mayAccount(permission, account) && (third === undefined || row?.scope === third) ? "allowed" : 403;
}

function mayAccount(permission: Permission, account: string): boolean {
  const row = table.get(permission);
  if (account === "administrator") return row?.administrator === true;
  // The outsider is an owner elsewhere, which counts for routes of no organisation.
  return row?.roles.has(isRole(account) ? account : "owner") === true;
}

function isAsExpected(answer: Answer, expected: "allowed" | number): boolean {
  if (expected !== "allowed") return answer.status === expected;
  if (answer.status === 401 || answer.status === 403 || answer.status >= 500) return false;
  // What the request names is not there; the organisation and the address are.
  return answer.status !== 404 || !refusals.includes(answer.json?.detail);
}

const refusals = ["There is no such organisation for this caller.", "There is nothing at this address."];

function ask(server: TestServer, { spec }: Route, as: As): Promise<Answer> {
  const path = spec.path
    .replace("{org}", "acme")
    .replaceAll(/\{[A-Za-z]+\}/g, "00000000-0000-4000-8000-000000000000");
  return server.request(as, spec.method.toUpperCase(), path, spec.body === undefined ? undefined : {});
}

function nameOf({ spec }: Route): string {
  return `${spec.method} ${spec.path}`;
}

function isRole(word: string): word is Role {
  return (roles as readonly string[]).includes(word);
}

function readTable(): ReadonlyMap<string, Row> {
  const text = readFileSync(join(repositoryRoot, "docs/reference/roles.md"), "utf8");
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  const heading = cells(lines[0] ?? "");
  assert.deepEqual(heading, ["action", ...roles, "administrator", "service (scope)"]);
  const rows = lines.slice(2, lines.findLastIndex((line) => cells(line).length === heading.length) + 1);
  return new Map(
    rows.map((line) => {
      const [name = "", ...words] = cells(line);
      const yes = (at: number): boolean => {
        assert.match(words[at] ?? "", /^(yes|no)$/, line);
        return words[at] === "yes";
      };
      const scope = words[roles.length + 1] ?? "";
      assert.ok(scope === "no" || scopes.includes(scope as Scope), line);
      const row = {
        roles: new Set(roles.filter((_, at) => yes(at))),
        administrator: yes(roles.length),
        scope: scope === "no" ? null : scope,
      };
      return [name.replaceAll("`", ""), row];
    }),
  );
}

function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
