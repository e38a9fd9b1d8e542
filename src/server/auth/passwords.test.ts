import assert from "node:assert/strict";
import { test } from "node:test";
import { createPasswords } from "./passwords.ts";

const cheap = createPasswords(4);

test("a hash names its cost, has its own salt, and holds nothing of the password", async () => {
  const [one, two] = [await cheap.hash("correct horse"), await cheap.hash("correct horse")];
  assert.match(one, /^\$scrypt\$ln=4,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
  assert.notEqual(one, two);
  assert.ok(!one.includes("correct"));
});

test("the cost that is meant for people is that of RFC 7914", async () => {
  assert.match(await createPasswords().hash("correct horse"), /^\$scrypt\$ln=17,r=8,p=1\$/);
});

test("the right password is right, also when its letters were typed another way", async () => {
  const stored = await cheap.hash("Gödel");
  assert.equal(await cheap.verify("Gödel", stored), true);
  assert.equal(await cheap.verify("Go\u0308del", stored), true);
  assert.equal(await cheap.verify("gödel", stored), false);
});

test("a hash of another cost is verified by its own", async () => {
  const stored = await createPasswords(6).hash("correct horse");
  assert.equal(await cheap.verify("correct horse", stored), true);
});

const broken = [
  null,
  "",
  "plain",
  "$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
  "$2b$10$abcdefghijkl",
];
for (const stored of broken) {
  test(`nothing is the password of ${stored}`, async () => {
    assert.equal(await cheap.verify("", stored), false);
    assert.equal(await cheap.verify("correct horse", stored), false);
  });
}

test("a crowd is turned away rather than served from no memory", async () => {
  const all = await Promise.allSettled(Array.from({ length: 60 }, () => cheap.verify("x", null)));
  const refused = all.filter((each) => each.status === "rejected");
  assert.equal(refused.length, 8);
  for (const each of refused) assert.equal(each.reason.code, "RATE_LIMITED");
  assert.equal(await cheap.verify("x", null), false);
});
