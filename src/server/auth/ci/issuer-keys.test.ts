/** Keys of issuers: kept, fetched anew after a rotation, and never asked for more often than they should be. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jwtVerify } from "jose";
import { startCiIssuer, type CiIssuer } from "../../../../test/helpers/ci-issuer.ts";
import { createOutgoing } from "../outgoing.ts";
import { createIssuerKeys, type IssuerKeys } from "./issuer-keys.ts";

let issuer: CiIssuer;
before(async () => {
  issuer = await startCiIssuer();
});
after(() => issuer.close());

let clock = 0;
const fresh = (): IssuerKeys => {
  issuer.asked.length = 0;
  return createIssuerKeys(createOutgoing(null), () => clock);
};
const looks = (): number => issuer.asked.filter((path) => path === "/keys").length;

async function verdict(keys: IssuerKeys, token: string, of = issuer.url): Promise<string> {
  return jwtVerify(token, keys.keysOf(of)).then(
    () => "verified",
    ({ code }: { code: string }) => code,
  );
}

test("keys are asked for once, also by many at the same time, and again when they are old", async () => {
  const keys = fresh();
  const tokens = await Promise.all([1, 2, 3].map(() => issuer.sign({ sub: "x" })));
  const verdicts = await Promise.all(tokens.map((token) => verdict(keys, token)));
  assert.deepEqual([verdicts, looks()], [["verified", "verified", "verified"], 1]);
  clock += 9 * 60_000;
  assert.deepEqual([await verdict(keys, tokens[0]!), looks()], ["verified", 1]);
  clock += 60_000;
  assert.deepEqual([await verdict(keys, tokens[0]!), looks()], ["verified", 2]);
});

test("a rotated key is found at once, and unknown ones do not make the server ask and ask", async () => {
  const keys = fresh();
  const old = await issuer.sign({ sub: "x" });
  assert.equal(await verdict(keys, old), "verified");
  await issuer.rotate();
  const rotated = await issuer.sign({ sub: "x" });
  clock += 10_000;
  assert.deepEqual([await verdict(keys, rotated), looks()], ["ERR_JWKS_NO_MATCHING_KEY", 1]);
  clock += 20_000;
  assert.deepEqual([await verdict(keys, rotated), looks()], ["verified", 2]);
  assert.deepEqual([await verdict(keys, old), looks()], ["ERR_JWKS_NO_MATCHING_KEY", 2]);
});

test("an issuer that does not answer, or is another one, is not asked again for a while", async () => {
  const keys = fresh();
  const token = await issuer.sign({ sub: "x" });
  const other = issuer.url.replace("127.0.0.1", "localhost");
  assert.equal(await verdict(keys, token, other), "SIGN_IN_PROVIDER_FAILED");
  const first = issuer.asked.length;
  assert.equal(await verdict(keys, token, other), "SIGN_IN_PROVIDER_FAILED");
  assert.equal(issuer.asked.length, first);
  clock += 30_000;
  assert.equal(await verdict(keys, token, other), "SIGN_IN_PROVIDER_FAILED");
  assert.ok(issuer.asked.length > first);
});
