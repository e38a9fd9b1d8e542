/** ID tokens of CI systems exchanged for short tokens, by rules, from an issuer that signs for real. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { SignJWT, UnsecuredJWT } from "jose";
import { startCiIssuer, type CiIssuer } from "../../../test/helpers/ci-issuer.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";

const AUDIENCE = "http://127.0.0.1:7300";
const claims = { aud: AUDIENCE, sub: "repo:acme/app:ref:refs/heads/main", repository: "acme/app" };
let issuer: CiIssuer;
let server: TestServer;
before(async () => {
  [issuer, server] = await Promise.all([startCiIssuer(), startTestServer()]);
});
after(async () => {
  await Promise.all([issuer.close(), server.close()]);
});

describe("trust rules", () => {
  /** Every rule of the tests is made anew, so that none helps another. */
  let rule: Answer["json"];
  beforeEach(async () => {
    for (const { id } of (await ask("GET", "/orgs/acme/trust-rules")).json.rules)
      await ask("DELETE", `/orgs/acme/trust-rules/${id}`);
    const made = await ask("POST", "/orgs/acme/trust-rules", described());
    assert.equal(made.status, 201, made.text);
    rule = made.json;
  });

  const described = (more: object = {}): object => ({
    name: "ci",
    issuer: issuer.url,
    claims: { repository: ["acme/*"] },
    scopes: ["read", "gate"],
    minutes: 30,
    ...more,
  });
  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    server.request("owner", method, path, body);
  let number = 0;
  /** Each from an address of its own, so that failures of one test do not hold up the next. */
  function exchange(idToken: string, organisation = "acme"): Promise<Answer> {
    number += 1;
    const address = `198.51.100.${number}`;
    return server.request("anonymous", "POST", "/tokens/by-oidc", { organisation, idToken }, { address });
  }
  const sign = (more: object = {}): Promise<string> =>
    issuer.sign({ ...claims, ...more }, server.parts.clock());
  const withToken = (token: string, path: string): Promise<Answer> =>
    server.request("anonymous", "GET", path, undefined, { headers: { authorization: `Bearer ${token}` } });

  describe("an exchange", () => {
    test("gives a token of the organisation with the rule's scopes, which ends by itself", async () => {
      const answer = await exchange(await sign());
      assert.equal(answer.status, 201, answer.text);
      const { token, ...rest } = answer.json;
      const said = { rule: "ci", scopes: ["read", "gate"], expiresAt: "2026-11-22T12:30:00.000Z" };
      assert.deepEqual(rest, said);
      assert.equal((await withToken(token, "/orgs/acme/images")).status, 200);
      assert.equal((await withToken(token, "/orgs/acme/members")).status, 403);
      assert.equal((await withToken(token, "/orgs/other/images")).status, 404);
      const [entry] = (await ask("GET", "/orgs/acme/audit")).json.entries;
      assert.deepEqual(
        [entry.action, entry.target, entry.actor],
        ["id-token.exchanged", claims.sub, "trust rule ci"],
      );
      assert.ok(!JSON.stringify(entry).includes(token));
      // Tokens that come and go are not among those that people made.
      assert.ok(!(await ask("GET", "/orgs/acme/tokens")).text.includes("trust rule"));
      const start = server.parts.clock();
      server.setNow(new Date(start.getTime() + 30 * 60_000));
      assert.equal((await withToken(token, "/orgs/acme/images")).json.code, "TOKEN_INVALID");
      server.setNow(start);
    });

    test("counts once", async () => {
      const idToken = await sign();
      const answers = await Promise.all([exchange(idToken), exchange(idToken)]);
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 409]);
      assert.equal((await exchange(idToken)).json.code, "ID_TOKEN_USED");
      const nameless = await sign({ jti: undefined });
      assert.equal((await exchange(nameless)).status, 201);
      assert.equal((await exchange(nameless)).json.code, "ID_TOKEN_USED");
    });

    test("chooses the rule that fits, and takes a token with several audiences", async () => {
      const deploy = { name: "deploy", audience: "deploy", claims: { environment: ["production"] } };
      await ask("POST", "/orgs/acme/trust-rules", described({ ...deploy, scopes: ["environment"] }));
      const answer = await exchange(await sign({ aud: ["x", "deploy"], environment: "production" }));
      assert.deepEqual([answer.json.rule, answer.json.scopes], ["deploy", ["environment"]]);
    });

    test("ends with its rule, and with a rule that was changed", async () => {
      const first = (await exchange(await sign())).json.token;
      const put = await ask("PUT", `/orgs/acme/trust-rules/${rule.id}`, described({ scopes: ["read"] }));
      assert.deepEqual(put.json.scopes, ["read"]);
      assert.equal((await withToken(first, "/orgs/acme/images")).status, 401);
      const second = (await exchange(await sign())).json.token;
      assert.equal((await withToken(second, "/orgs/acme/images")).status, 200);
      assert.equal((await ask("DELETE", `/orgs/acme/trust-rules/${rule.id}`)).status, 204);
      assert.equal((await withToken(second, "/orgs/acme/images")).status, 401);
    });

    test("goes on when the issuer's keys were never seen before", async () => {
      const other = await startCiIssuer();
      try {
        await ask("POST", "/orgs/acme/trust-rules", described({ name: "other", issuer: other.url }));
        const idToken = await other.sign(claims, server.parts.clock());
        assert.equal((await exchange(idToken)).json.rule, "other");
      } finally {
        await other.close();
      }
    });
  });

  describe("is not taken", () => {
    const cases: readonly (readonly [what: string, more: Record<string, unknown>])[] = [
      ["for another audience", { aud: "https://other.example.com" }],
      ["without an audience", { aud: undefined }],
      ["from another repository", { repository: "acme-evil/app" }],
      ["without the claim", { repository: undefined }],
      ["that has expired", { exp: 1_700_000_000 }],
      ["that is of tomorrow", { nbf: 1_900_000_000 }],
      ["that lasts for ever", { exp: 1_900_000_000 }],
      ["without an end", { exp: undefined }],
      ["of nobody", { sub: undefined }],
      ["of an issuer that no rule names", { iss: "http://127.0.0.1:9" }],
    ];
    for (const [what, more] of cases) {
      test(`a token ${what}`, async () => {
        const answer = await exchange(await sign(more));
        assert.deepEqual([answer.status, answer.json.code], [401, "ID_TOKEN_REFUSED"], answer.text);
      });
    }

    test("a token that somebody else signed, that nobody signed, or that is signed with what everybody knows", async () => {
      const now = server.parts.clock();
      const whole = { ...claims, iss: issuer.url, iat: now.getTime() / 1000, exp: now.getTime() / 1000 + 60 };
      const publicText = await (await fetch(`${issuer.url}/keys`)).text();
      const shared = new SignJWT(whole).setProtectedHeader({ alg: "HS256" });
      const tokens = [
        await issuer.forge(whole),
        new UnsecuredJWT(whole).encode(),
        await shared.sign(Buffer.from(publicText)),
        "no token",
        `${(await sign()).split(".").slice(0, 2).join(".")}.`,
      ];
      for (const idToken of tokens)
        assert.equal((await exchange(idToken)).json.code, "ID_TOKEN_REFUSED", idToken);
    });

    test("a token for an organisation that is not there, or has no rule, and nobody is asked for keys", async () => {
      const asked = issuer.asked.length;
      for (const organisation of ["other", "nowhere"])
        assert.equal((await exchange(await sign(), organisation)).json.code, "ID_TOKEN_REFUSED");
      assert.equal(issuer.asked.length, asked);
    });

    test("anything after too many failures of an address", async () => {
      const init = { address: "203.0.113.9" };
      const attempt = (idToken: string): Promise<Answer> =>
        server.request("anonymous", "POST", "/tokens/by-oidc", { organisation: "acme", idToken }, init);
      for (let count = 0; count < 50; count += 1) await attempt("no token");
      assert.equal((await attempt(await sign())).json.code, "RATE_LIMITED");
    });

    test("with a reason that owners find in the audit log", async () => {
      await exchange(await sign({ repository: "acme-evil/app" }));
      const [entry] = (await ask("GET", "/orgs/acme/audit")).json.entries;
      assert.deepEqual([entry.action, entry.target], ["id-token.refused", claims.sub]);
    });
  });

  describe("a rule", () => {
    const github = { name: "gh", issuer: "https://token.actions.githubusercontent.com" };
    for (const [what, more] of [
      ["that lets everybody in", { ...github, claims: { ref: ["refs/heads/main"] } }],
      ["of an issuer without TLS", { name: "x", issuer: "http://ci.example.com" }],
      ["with the operator's scope", { name: "x", scopes: ["metrics"] }],
      ["without scopes", { name: "x", scopes: [] }],
      ["that lasts for days", { name: "x", minutes: 1441 }],
    ] as const) {
      test(`${what} is refused`, async () => {
        const answer = await ask("POST", "/orgs/acme/trust-rules", described(more));
        assert.equal(answer.json.code, "REQUEST_INVALID", answer.text);
      });
    }

    test("has a name of its own", async () => {
      assert.equal((await ask("POST", "/orgs/acme/trust-rules", described())).json.code, "CONFLICT");
    });
  });
});
