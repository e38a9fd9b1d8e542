/** Signing in at a real directory: Debian's slapd. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startLdap, type LocalLdap } from "./helpers/local-ldap.ts";
import { skipWithoutPrograms } from "./helpers/programs.ts";
import { startTestServer, type Answer, type TestServer } from "./helpers/server.ts";

const base = "dc=example,dc=org";
const person = (uid: string, more: Readonly<Record<string, string>> = {}) =>
  [
    `uid=${uid},ou=people,${base}`,
    {
      objectClass: "inetOrgPerson",
      uid,
      cn: `The ${uid}`,
      sn: uid,
      userPassword: `password of ${uid}`,
      ...more,
    },
  ] as const;
const group = (cn: string, ...members: readonly string[]) =>
  [
    `cn=${cn},ou=groups,${base}`,
    { objectClass: "groupOfNames", cn, member: members.map((uid) => `uid=${uid},ou=people,${base}`) },
  ] as const;

describe("a directory", { skip: skipWithoutPrograms("slapd") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-ldap-"));
  let directory: LocalLdap;
  let server: TestServer;
  before(async () => {
    directory = await startLdap(folder, [
      [`ou=people,${base}`, { objectClass: "organizationalUnit", ou: "people" }],
      [`ou=groups,${base}`, { objectClass: "organizationalUnit", ou: "groups" }],
      person("ada"),
      person("grace"),
      person("twin", { employeeType: "one" }),
      [`cn=twin,ou=groups,${base}`, { objectClass: "inetOrgPerson", uid: "twin", cn: "twin", sn: "twin" }],
      group("devs", "ada", "twin"),
      group("leads", "ada"),
    ]);
    server = await startTestServer();
  });
  after(async () => {
    await Promise.all([directory.stop(), server.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function configure(settings: object = {}): Promise<Answer> {
    const { url, baseDn, adminDn: bindDn, adminPassword: secret } = directory;
    const whole = { url, baseDn, bindDn, groupBaseDn: `ou=groups,${baseDn}`, ...settings };
    const body = { kind: "ldap", label: "Directory", settings: whole, secret };
    const answer = await server.request("administrator", "PUT", "/sign-in-providers/directory", body);
    const known = answer.status === 200;
    const roles = ["devs", `cn=devs,ou=groups,${base}`].map((name) => ({
      provider: "directory",
      group: name,
      role: "developer",
    }));
    if (known) await server.request("owner", "PUT", "/orgs/acme/group-roles", { roles });
    return answer;
  }
  let number = 0;
  const signIn = (name: string, password = `password of ${name}`, address = `198.51.100.${(number += 1)}`) =>
    server.request("anonymous", "POST", "/sign-in/directory/password", { name, password }, { address });

  test("lets in whom it knows, with the roles of their groups", async () => {
    await configure();
    const answer = await signIn(" ADA ", "password of ada");
    assert.equal(answer.status, 200, answer.text);
    const { account, organisations } = answer.json;
    assert.deepEqual([account.name, account.displayName], ["ada", "The ada"]);
    assert.deepEqual(organisations, [{ name: "acme", role: "developer" }]);
    assert.match(answer.headers.get("set-cookie") ?? "", /^plimsoll_session=[\w-]{43};/);
    const choices = await server.request("anonymous", "GET", "/sign-in");
    assert.deepEqual(choices.json.providers, [{ name: "directory", label: "Directory", asksPassword: true }]);
  });

  test("also over TLS, by StartTLS, and with groups from the person's own entry", async () => {
    const { secureUrl, ca } = directory;
    for (const settings of [{ url: secureUrl, ca }, { startTls: true, ca }, { groupBaseDn: null }]) {
      await configure(settings);
      const answer = await signIn("ada");
      assert.equal(answer.status, 200, `${JSON.stringify(Object.keys(settings))}: ${answer.text}`);
    }
  });

  test("is not believed when its certificate is nobody's", async () => {
    for (const settings of [{ url: directory.secureUrl }, { startTls: true }]) {
      await configure(settings);
      assert.equal((await signIn("ada")).json.code, "SIGN_IN_PROVIDER_FAILED");
    }
  });

  const wrong: readonly (readonly [what: string, name: string, password: string])[] = [
    ["a wrong password", "ada", "password of grace"],
    ["nobody's name", "nobody", "password of nobody"],
    ["a star for a name", "*", "password of ada"],
    ["a filter for a name", "ada)(uid=*", "password of ada"],
    ["a whole name for a name", `uid=ada,ou=people,${base}`, "password of ada"],
    ["a name that two have", "twin", "password of twin"],
  ];
  for (const [what, name, password] of wrong) {
    test(`lets nobody in with ${what}`, async () => {
      await configure();
      const answer = await signIn(name, password);
      assert.deepEqual([answer.status, answer.json.code], [401, "SIGN_IN_FAILED"], answer.text);
    });
  }

  test("lets nobody in with an empty password, which is no proof", async () => {
    await configure();
    assert.equal((await signIn("ada", "")).json.code, "REQUEST_INVALID");
  });

  test("lets nobody in whose groups have no role, or who is filtered out", async () => {
    await configure();
    assert.equal((await signIn("grace")).json.code, "SIGN_IN_REFUSED");
    await configure({ userFilter: "(employeeType=one)" });
    assert.equal((await signIn("ada")).json.code, "SIGN_IN_FAILED");
    assert.equal((await signIn("twin")).status, 200);
  });

  test("is guarded against guessing", async () => {
    await configure();
    for (let count = 0; count < 5; count += 1) await signIn("ada", "wrong", "203.0.113.7");
    assert.equal((await signIn("ada", "password of ada", "203.0.113.7")).json.code, "RATE_LIMITED");
  });

  test("that is gone, or does not let us search, is a failure of its own", async () => {
    await configure({ url: "ldap://127.0.0.1:1" });
    assert.equal((await signIn("ada")).json.code, "SIGN_IN_PROVIDER_FAILED");
    await configure({ bindDn: `cn=stranger,${base}` });
    assert.equal((await signIn("ada")).json.code, "SIGN_IN_PROVIDER_FAILED");
  });

  test("is not reached in clear on another machine", async () => {
    const answer = await configure({ url: "ldap://ldap.example.com" });
    assert.equal(answer.json.code, "REQUEST_INVALID");
  });
});
