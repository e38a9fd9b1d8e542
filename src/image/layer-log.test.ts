import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLayerLog, openLayerLog, type LayerLog, type LoggedEntry } from "./layer-log.ts";

const segment = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .map((name) => name.replaceAll("/", "_"));
const entry: fc.Arbitrary<LoggedEntry> = fc.record(
  {
    kind: fc.constantFrom("file", "directory", "symlink", "hard-link", "device", "whiteout", "opaque"),
    // Few folders, so that neighbours often share one, or have one that another starts with.
    path: fc
      .tuple(fc.constantFrom("", "a/", "a/b/", "a/bc/", "ä/"), fc.option(segment, { nil: "" }))
      .map(([folder, name]) => (name === "" ? folder.slice(0, -1) : folder + name)),
    target: fc.oneof(fc.constant(""), segment),
    ordinal: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    isWanted: fc.boolean(),
    sizeBytes: fc.integer({ min: 0, max: 2 ** 50 }),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    gid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  },
  { noNullPrototype: true },
);

function entriesOf(log: LayerLog): LoggedEntry[] {
  const found: LoggedEntry[] = [];
  for (const cursor = log.read(); cursor.next();) {
    const { kind, path, target, ordinal, isWanted, sizeBytes, mode, uid, gid } = cursor;
    const name = cursor.bytes.toString("utf8", cursor.nameAt, cursor.nameEnd);
    assert.equal(cursor.folder === "" ? name : `${cursor.folder}/${name}`, path);
    found.push({ kind, path, target, ordinal, isWanted, sizeBytes, mode, uid, gid });
  }
  return found;
}

test("what is logged is read again, from memory and from its bytes", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
      const log = createLayerLog();
      for (const each of entries) log.add(each);
      assert.deepEqual(entriesOf(log), entries);
      assert.deepEqual(entriesOf(openLayerLog(Buffer.concat(log.pieces()), entries.length)), entries);
    }),
    { seed: 11, numRuns: 200 },
  );
});

test("a folder that was named in an earlier piece is known in the next", () => {
  const log = createLayerLog();
  const facts = { target: "", isWanted: false, sizeBytes: 1, mode: 0o644, uid: 0, gid: 0 };
  const paths = Array.from(
    { length: 20_000 },
    (_, ordinal) => `usr/share/${ordinal}-${"x".repeat(ordinal % 90)}`,
  );
  for (const [ordinal, path] of paths.entries()) log.add({ kind: "file", path, ordinal, ...facts });
  assert.ok(log.pieces().length > 2);
  assert.deepEqual(
    entriesOf(log).map(({ path }) => path),
    paths,
  );
});

test("bytes that are not a whole log are refused", () => {
  const log = createLayerLog();
  log.add({
    kind: "file",
    path: "a/b",
    target: "",
    ordinal: 0,
    isWanted: true,
    sizeBytes: 1,
    mode: 0,
    uid: 0,
    gid: 0,
  });
  const bytes = Buffer.concat(log.pieces());
  for (const length of [1, 34, bytes.length - 1])
    assert.throws(() => openLayerLog(bytes.subarray(0, length), 1), RangeError);
  assert.throws(() => openLayerLog(bytes, 2), RangeError);
});
