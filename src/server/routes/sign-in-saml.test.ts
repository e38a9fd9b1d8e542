/** Signing in by SAML, with assertions that are signed for real; and those that are not taken. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { asForm, makeSamlIdp, requestIdOf, type SamlClaims } from "../../../test/helpers/saml-idp.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";

const ORIGIN = "http://127.0.0.1:7300";
const ASSERTION = `${ORIGIN}/api/v1/sign-in/company/assertion`;
const idp = makeSamlIdp();
let server: TestServer;
before(async () => {
  server = await startTestServer();
  const settings = {
    entryPoint: "https://idp.example.com/sso",
    issuer: idp.issuer,
    certificates: [idp.publicKey],
  };
  const body = { kind: "saml", label: "Company", settings };
  const made = await server.request("administrator", "PUT", "/sign-in-providers/company", body);
  assert.deepEqual([made.status, made.json?.callbackUrl], [200, ASSERTION], made.text);
  const roles = [{ provider: "company", group: "devs", role: "developer" }];
  await server.request("owner", "PUT", "/orgs/acme/group-roles", { roles });
});
after(() => server.close());

const cookieOf = (answer: Answer): string => (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

async function begin(): Promise<{ requestId: string; cookie: string; url: string }> {
  const answer = await server.request("anonymous", "POST", "/sign-in/company/begin", { next: "/o/acme" });
  assert.equal(answer.status, 200, answer.text);
  return { requestId: requestIdOf(answer.json.url), cookie: cookieOf(answer), url: answer.json.url };
}

const claimsOf = (inResponseTo: string | null, more: Partial<SamlClaims> = {}): SamlClaims => ({
  inResponseTo,
  audience: ORIGIN,
  recipient: ASSERTION,
  nameId: "ada",
  groups: ["devs", "others"],
  ...more,
});

let number = 0;
/** As a page of the provider has the browser post it: from another site, without our cookies. */
function postTo(xml: string): Promise<Answer> {
  number += 1;
  const headers = { "sec-fetch-site": "cross-site", origin: "https://idp.example.com" };
  const init = { body: asForm(xml), headers, address: `198.51.100.${number}` };
  return server.request("anonymous", "POST", "/sign-in/company/assertion", undefined, init);
}

const finish = (posted: Answer, cookie: string): Promise<Answer> => {
  const path = (posted.headers.get("location") ?? "").replace(`${ORIGIN}/api/v1`, "");
  assert.match(path, /^\/sign-in\/company\/finish\?ticket=[\w-]{43}$/);
  return server.request("anonymous", "GET", path, undefined, { headers: { cookie } });
};

function assertSentBack(answer: Answer, code: string): void {
  assert.equal(answer.headers.get("location"), `${ORIGIN}/login?problem=${code}`);
}

test("an assertion that answers this browser's request lets its person in", async () => {
  const { requestId, cookie, url } = await begin();
  assert.ok(url.startsWith("https://idp.example.com/sso?SAMLRequest="));
  const done = await finish(await postTo(idp.respond(claimsOf(requestId))), cookie);
  assert.equal(done.headers.get("location"), `${ORIGIN}/o/acme`);
  const session = await server.request("anonymous", "GET", "/session", undefined, {
    headers: { cookie: cookieOf(done) },
  });
  assert.deepEqual(
    [session.json.account.name, session.json.organisations],
    ["ada", [{ name: "acme", role: "developer" }]],
  );
});

describe("is not taken: an assertion", () => {
  const cases: readonly (readonly [what: string, make: (requestId: string) => string])[] = [
    ["that nobody signed", (id) => idp.respond(claimsOf(id), null)],
    ["that somebody else signed", (id) => idp.respond(claimsOf(id), "other")],
    ["for another audience", (id) => idp.respond(claimsOf(id, { audience: "https://other.example.com" }))],
    [
      "for another address",
      (id) => idp.respond(claimsOf(id, { recipient: "https://other.example.com/acs" })),
    ],
    ["of another provider", (id) => idp.respond(claimsOf(id, { issuer: "https://evil.example.com" }))],
    ["whose time is over", (id) => idp.respond(claimsOf(id, { expiresIn: -120 }))],
    ["whose confirmation is over", (id) => idp.respond(claimsOf(id, { confirmedFor: -120 }))],
    ["that nobody asked for", () => idp.respond(claimsOf(null))],
    ["that was changed", (id) => idp.respond(claimsOf(id)).replace(">ada<", ">owner<")],
    ["with a comment in the name", (id) => idp.respond(claimsOf(id)).replace(">ada<", ">a<!-- x -->da2<")],
    ["with a DOCTYPE", (id) => `<!DOCTYPE x [<!ENTITY a "b">]>${idp.respond(claimsOf(id))}`],
    ["wrapped beside another one", (id) => beside(idp.respond(claimsOf(id)))],
    ["wrapped inside of another one", (id) => inside(idp.respond(claimsOf(id)))],
    ["that is no XML", () => "no xml"],
    ["that is empty", () => ""],
  ];
  for (const [what, make] of cases) {
    test(what, async () => {
      const { requestId } = await begin();
      assertSentBack(await postTo(make(requestId)), "SIGN_IN_UNPROVED");
    });
  }

  test("a second time, nor its ticket", async () => {
    const { requestId, cookie } = await begin();
    const xml = idp.respond(claimsOf(requestId));
    const posted = await postTo(xml);
    assertSentBack(await postTo(xml), "SIGN_IN_UNPROVED");
    assert.equal((await finish(posted, cookie)).headers.get("location"), `${ORIGIN}/o/acme`);
    assertSentBack(await finish(posted, cookie), "SIGN_IN_EXPIRED");
  });

  test("in another browser than the one that asked", async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const posted = await postTo(idp.respond(claimsOf(mine.requestId)));
    assertSentBack(await finish(posted, theirs.cookie), "SIGN_IN_UNPROVED");
    const second = await postTo(idp.respond(claimsOf(mine.requestId)));
    assertSentBack(await finish(second, ""), "SIGN_IN_EXPIRED");
  });
});

const ASSERTION_ELEMENT = /<saml:Assertion[\s\S]*<\/saml:Assertion>/;

/** An own assertion first, the signed one after it. */
function beside(xml: string): string {
  const signed = ASSERTION_ELEMENT.exec(xml)?.[0] ?? "";
  return xml.replace(signed, () => forged(signed) + signed);
}

/** The signed one hidden inside of an own one, where the signature still finds it by its id. */
function inside(xml: string): string {
  const signed = ASSERTION_ELEMENT.exec(xml)?.[0] ?? "";
  return xml.replace(signed, () =>
    forged(signed).replace("</saml:Assertion>", `<saml:Advice>${signed}</saml:Advice></saml:Assertion>`),
  );
}

function forged(signed: string): string {
  return signed
    .replace(/<(?:\w+:)?Signature[\s\S]*<\/(?:\w+:)?Signature>/, "")
    .replace(/ ID="[^"]+"/, ' ID="_forged"')
    .replace(">ada<", ">owner<");
}
