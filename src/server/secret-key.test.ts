import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freshDatabase } from "../../test/helpers/postgres.ts";
import { openSecretBox, readSecretKey } from "./secret-key.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-key-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("the first start makes a key that only its owner can read, and later ones find it", async () => {
  const source = { setting: null, dataDir: join(folder, "new/data"), whenMissing: "make" } as const;
  const [first, second] = await Promise.all([readSecretKey(source), readSecretKey(source)]);
  const path = join(source.dataDir, "secret.key");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readFileSync(path, "utf8").trim(), first);
  assert.equal(second, first, "two starts in one moment agree");
  assert.ok(first.length >= 43);
  assert.equal(await readSecretKey({ ...source, whenMissing: "need" }), first);
});

test("a setting wins over the file", async () => {
  const key = "a key of more than thirty-two characters";
  assert.equal(await readSecretKey({ setting: key, dataDir: folder, whenMissing: "need" }), key);
});

test("a worker makes no key", async () => {
  const dataDir = join(folder, "nothing");
  await assert.rejects(readSecretKey({ setting: null, dataDir, whenMissing: "need" }), {
    code: "CONFIG_INVALID",
  });
});

test("the key of another database is refused at the start", async () => {
  const { store, close } = await freshDatabase();
  try {
    const sealed = (await openSecretBox("k".repeat(40), store.app)).seal("hush", "test");
    assert.equal((await openSecretBox("k".repeat(40), store.engine)).open(sealed, "test"), "hush");
    await assert.rejects(openSecretBox("x".repeat(40), store.app), { code: "SECRET_UNREADABLE" });
  } finally {
    await close();
  }
});
