import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { viewOf } from "../../../test/helpers/ecosystem-sample.ts";
import { writeZip } from "../../../test/helpers/zip.ts";
import { defaultZipLimits, openZip, ZipBudget, type ZipArchive, type ZipLimits } from "./zip.ts";

const text = "x".repeat(5000);
const plainZip = writeZip([
  { name: "a.txt", content: "stored", stored: true },
  { name: "dir/b.txt", content: text },
]);
const endAt = plainZip.length - 22;

function opened(bytes: Uint8Array, limits: Partial<ZipLimits> = {}): ZipArchive {
  const opening = openZip(viewOf(bytes), new ZipBudget({ ...defaultZipLimits, ...limits }));
  assert.equal(opening.kind, "opened", JSON.stringify(opening));
  return opening.kind === "opened" ? opening.archive : assert.fail();
}

function contents(archive: ZipArchive): Record<string, string> {
  return Object.fromEntries(
    [...archive.members(() => true)].map((member) => {
      const reading = archive.read(member);
      return [
        member.name,
        reading.kind === "read" ? Buffer.from(reading.bytes).toString() : `!${reading.reason}`,
      ];
    }),
  );
}

const both = { "a.txt": "stored", "dir/b.txt": text };

/** The archive with its end record replaced by one whose numbers stand in a zip64 record. */
function asZip64(): Buffer {
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeUInt32LE(44, 4);
  end64.writeUInt32LE(2, 24);
  end64.writeUInt32LE(2, 32);
  end64.writeUInt32LE(plainZip.readUInt32LE(endAt + 12), 40);
  end64.writeUInt32LE(plainZip.readUInt32LE(endAt + 16), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeUInt32LE(endAt, 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.from(plainZip.subarray(endAt));
  end.fill(0xff, 8, 20);
  return Buffer.concat([plainZip.subarray(0, endAt), end64, locator, end]);
}

/** The archive changed at a byte of its directory's first member. */
function changed(change: (bytes: Buffer, member: number) => void): Buffer {
  const bytes = Buffer.from(plainZip);
  change(bytes, bytes.readUInt32LE(endAt + 16));
  return bytes;
}

describe("zip archives", () => {
  const readable: readonly (readonly [string, Uint8Array])[] = [
    ["stored and deflated members", plainZip],
    ["a program in front of it", Buffer.concat([Buffer.from("#!/bin/sh\nexec java -jar $0\n"), plainZip])],
    ["zip64", asZip64()],
    ["zip64 behind a program", Buffer.concat([Buffer.alloc(1000, 1), asZip64()])],
    ["bytes behind it", Buffer.concat([plainZip, Buffer.from("\n\n")])],
    [
      "a comment with the mark of an end record in it",
      (() => {
        const comment = Buffer.concat([plainZip.subarray(endAt, endAt + 4), Buffer.alloc(30, 7)]);
        const end = Buffer.from(plainZip.subarray(endAt));
        end.writeUInt16LE(comment.length, 20);
        return Buffer.concat([plainZip.subarray(0, endAt), end, comment]);
      })(),
    ],
    [
      "data descriptors: the local header knows no sizes",
      changed((bytes) => {
        bytes.writeUInt16LE(8, 6);
        bytes.fill(0, 14, 26);
      }),
    ],
  ];
  for (const [title, bytes] of readable)
    it(`reads ${title}`, () => assert.deepEqual(contents(opened(bytes)), both));

  it("names only what is asked for", () => {
    const names = [...opened(plainZip).members((name) => name.endsWith("b.txt"))].map(({ name }) => name);
    assert.deepEqual(names, ["dir/b.txt"]);
  });

  it("an empty archive has no members", () => assert.equal(opened(writeZip([])).memberCount, 0));

  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("PK"),
    Buffer.alloc(70_000, 0x50),
    plainZip.subarray(10, 60),
  ])
    it(`${bytes.length} bytes that are no archive`, () =>
      assert.equal(openZip(viewOf(bytes), new ZipBudget()).kind, "no-zip"));

  const refused: readonly (readonly [string, Uint8Array, Partial<ZipLimits>])[] = [
    ["too many members", plainZip, { membersMax: 1 }],
    ["a large directory", plainZip, { directoryBytesMax: 50 }],
    ["a long name", plainZip, { nameBytesMax: 5 }],
    ["more members than the directory has", changed((bytes) => bytes.writeUInt16LE(3, endAt + 10)), {}],
    [
      "two members that share their bytes",
      changed((bytes, at) => bytes.writeUInt32LE(0, at + 46 + 5 + 42)),
      {},
    ],
    ["a member past the data", changed((bytes, at) => bytes.writeUInt32LE(1_000_000, at + 20)), {}],
  ];
  for (const [title, bytes, limits] of refused)
    it(`refuses ${title}`, () =>
      assert.equal(
        openZip(viewOf(bytes), new ZipBudget({ ...defaultZipLimits, ...limits })).kind,
        "refused",
      ));

  const unreadable: readonly (readonly [string, Uint8Array, Partial<ZipLimits>])[] = [
    ["encrypted", changed((bytes, at) => bytes.writeUInt16LE(1, at + 8)), {}],
    ["packed by another method", changed((bytes, at) => bytes.writeUInt16LE(12, at + 10)), {}],
    ["not where the directory says", changed((bytes) => bytes.writeUInt8(0, 0)), {}],
    ["of another size than it says", changed((bytes, at) => bytes.writeUInt32LE(3, at + 24)), {}],
  ];
  for (const [title, bytes, limits] of unreadable)
    it(`a member ${title} loses only itself`, () => {
      const found = contents(opened(bytes, limits));
      assert.match(found["a.txt"] ?? "", /^!/);
      assert.equal(found["dir/b.txt"], text);
    });

  const bombs: readonly (readonly [string, (bytes: Buffer, at: number) => void, Partial<ZipLimits>])[] = [
    ["says it is small and is not", (bytes, at) => bytes.writeUInt32LE(10, at + 24), {}],
    ["says it is larger than it is", (bytes, at) => bytes.writeUInt32LE(9999, at + 24), {}],
    ["is past the ceiling of one", () => undefined, { memberBytesMax: 4999 }],
    ["is past the ceiling of all", () => undefined, { totalBytesMax: 5005 }],
  ];
  for (const [title, change, limits] of bombs)
    it(`a deflated member that ${title} is not unpacked`, () => {
      const bytes = changed((whole, at) => change(whole, at + 46 + 5));
      const found = contents(opened(bytes, limits));
      assert.equal(found["a.txt"], "stored");
      assert.match(found["dir/b.txt"] ?? "", /^!/);
    });

  it("an archive in an archive is a view, and what is unpacked for it is bounded", () => {
    for (const stored of [true, false]) {
      const outer = opened(writeZip([{ name: "inner.zip", content: plainZip, stored }]));
      const [member] = outer.members(() => true);
      const inner = outer.open(member!);
      assert.equal(inner.kind, "view");
      if (inner.kind === "view") {
        assert.equal(inner.view.sizeBytes, plainZip.length);
        assert.equal(inner.view.read(plainZip.length, 5).length, 0);
        const bytes = Buffer.from(inner.view.read(0, 1_000_000));
        assert.deepEqual(contents(opened(bytes)), both);
      }
    }
    const outer = opened(writeZip([{ name: "inner.zip", content: plainZip }]), {
      heldBytesMax: plainZip.length,
    });
    const [member] = outer.members(() => true);
    const first = outer.open(member!);
    assert.equal(outer.open(member!).kind, "refused");
    if (first.kind === "view") outer.release(first.view);
    assert.equal(outer.open(member!).kind, "view");
  });

  it("never throws for changed bytes", () => {
    fc.assert(
      fc.property(
        fc.nat(plainZip.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        (at, change) => {
          const bytes = Buffer.from(plainZip);
          bytes.set(change.subarray(0, bytes.length - at), at);
          const opening = openZip(viewOf(bytes), new ZipBudget());
          if (opening.kind === "opened") contents(opening.archive);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
