import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  directory,
  file,
  globalHeader,
  hardLink,
  symlink,
  writeTar,
  type TarEntry as Entry,
} from "../../test/helpers/oci-tar.ts";
import { walkTarFile } from "./tar-file.ts";
import { createTarParser, type TarEntry, type TarFailure } from "./tar-parser.ts";

interface Seen {
  readonly entries: TarEntry[];
  readonly bodies: Map<string, string>;
  readonly failure: TarFailure | null;
}

/** Everything in the archive, written in chunks of `chunkBytes`. */
function parse(tar: Uint8Array, chunkBytes = tar.length, bodyBytesMax = 1e6): Seen {
  const entries: TarEntry[] = [];
  const bodies = new Map<string, string>();
  const parser = createTarParser({
    wants: () => true,
    onEntry: (entry, body) => {
      entries.push(entry);
      if (body !== null) bodies.set(entry.path, Buffer.from(body).toString());
    },
    bodyBytesMax,
  });
  for (let at = 0; at < tar.length; at += chunkBytes) parser.write(tar.subarray(at, at + chunkBytes));
  return { entries, bodies, failure: parser.end() };
}

const long = `${"d".repeat(90)}/${"f".repeat(90)}`;

const rows: { name: string; entries: Entry[]; paths: string[]; bodies?: Record<string, string> }[] = [
  { name: "plain file", entries: [file("a", "1")], paths: ["a"], bodies: { a: "1" } },
  { name: "empty file", entries: [file("a"), file("b", "2")], paths: ["a", "b"], bodies: { a: "", b: "2" } },
  { name: "pax path", entries: [file(long, "x"), file("b")], paths: [long, "b"], bodies: { [long]: "x" } },
  { name: "gnu long name", entries: [file(long, "x", { long: "gnu" }), file("b")], paths: [long, "b"] },
  {
    name: "pax size overrides the header",
    entries: [file("a", "12345", { sizeField: 0, pax: { size: "5" } }), file("b", "z")],
    paths: ["a", "b"],
    bodies: { a: "12345", b: "z" },
  },
  {
    name: "base-256 size",
    entries: [file("a", "12345", { base256: true })],
    paths: ["a"],
    bodies: { a: "12345" },
  },
  {
    name: "a global header names nothing",
    entries: [globalHeader({ path: "evil", comment: "x" }), file("a", "1")],
    paths: ["a"],
  },
  {
    name: "an empty pax path keeps the header's",
    entries: [file("a", "", { pax: { path: "" } })],
    paths: ["a"],
  },
  {
    name: "a size on a directory or link is no body",
    entries: [directory("d", { sizeField: 4096 }), hardLink("h", "a", { sizeField: 7 }), file("b", "2")],
    paths: ["d/", "h", "b"],
    bodies: { b: "2" },
  },
  {
    name: "ustar prefix",
    entries: [file("name", "1", { patch: (head: Buffer) => head.write("pre/fix", 345) })],
    paths: ["pre/fix/name"],
  },
  {
    name: "old tar: no prefix, and a final slash is a directory",
    entries: [{ path: "d/", type: "\0", patch: (head: Buffer) => head.fill(0, 257, 265) }, file("a")],
    paths: ["d/", "a"],
  },
  { name: "latin1 name", entries: [file(Buffer.from([0x61, 0xe9]), "1")], paths: ["aé"] },
  { name: "newline in a name", entries: [file("a\nb\u001b[31m", "1")], paths: ["a\nb\u001b[31m"] },
  { name: "nothing", entries: [], paths: [] },
];

describe("tar parser", () => {
  for (const row of rows) {
    for (const chunkBytes of [1, 511, 512, 513, 1_000_000]) {
      it(`${row.name}, in chunks of ${chunkBytes}`, () => {
        const seen = parse(writeTar(row.entries), chunkBytes);
        assert.equal(seen.failure, null);
        assert.deepEqual(
          seen.entries.map((entry) => entry.path),
          row.paths,
        );
        for (const [path, body] of Object.entries(row.bodies ?? {}))
          assert.equal(seen.bodies.get(path), body);
      });
    }
  }

  it("tells kinds, targets and body offsets", () => {
    const { entries } = parse(
      writeTar([
        directory("d"),
        file("d/f", "abc"),
        symlink("s", "d/f"),
        hardLink("h", "d/f"),
        { path: "p", type: "6" },
      ]),
    );
    assert.deepEqual(
      entries.map((entry) => [entry.kind, entry.target, entry.sizeBytes, entry.bodyOffset, entry.ordinal]),
      [
        ["directory", "", 0, 512, 0],
        ["file", "", 3, 1024, 1],
        ["symlink", "d/f", 0, 2048, 2],
        ["hard-link", "d/f", 0, 2560, 3],
        ["device", "", 0, 3072, 4],
      ],
    );
  });

  it("does not collect a body over the ceiling", () => {
    const { entries, bodies } = parse(writeTar([file("a", "12345"), file("b", "1")]), 512, 4);
    assert.equal(entries.length, 2);
    assert.deepEqual([...bodies.keys()], ["b"]);
  });

  it("steps over sparse files of each kind", () => {
    const map = Buffer.alloc(512);
    map[504] = 0;
    const oldGnu = writeTar([
      { path: "s", type: "S", content: "data", patch: (head) => (head[482] = 1) },
      file("after", "1"),
    ]);
    // The extra block of the map stands between header and body.
    const tar = Buffer.concat([oldGnu.subarray(0, 512), map, oldGnu.subarray(512)]);
    const pax = writeTar([
      file("GNUSparseFile.1/s", "data", { pax: { "GNU.sparse.name": "s", "GNU.sparse.major": "1" } }),
      file("after", "1"),
    ]);
    for (const bytes of [tar, pax]) {
      const seen = parse(bytes, 100);
      assert.deepEqual(
        seen.entries.map((entry) => [entry.path, entry.sparse]),
        [
          ["s", true],
          ["after", false],
        ],
      );
      assert.deepEqual([...seen.bodies], [["after", "1"]]);
      assert.equal(seen.failure, null);
    }
  });

  const invalid: [string, Uint8Array][] = [
    ["wrong checksum", writeTar([file("a"), file("b", "", { badChecksum: true })])],
    ["text instead of a tar", Buffer.from("x".repeat(600))],
    [
      "a size that is not octal",
      writeTar([file("a", "", { patch: (head: Buffer) => head.write("9z", 124) })]),
    ],
    ["a negative size", writeTar([file("a", "", { patch: (head: Buffer) => head.fill(0xff, 124, 136) })])],
    [
      "a pax record of a wrong length",
      writeTar([{ path: "x", type: "x", content: "99 path=a\n" }, file("a")]),
    ],
    ["a pax header of 2 MB", writeTar([{ path: "x", type: "x", content: Buffer.alloc(2 << 20) }, file("a")])],
    ["zeros, then more", Buffer.concat([Buffer.alloc(512), writeTar([file("a")])])],
  ];
  for (const [name, tar] of invalid) {
    it(`refuses ${name}`, () => assert.equal(parse(tar).failure?.kind, "invalid"));
  }

  const whole = writeTar([file("a", "x".repeat(600)), symlink("l".repeat(120), "t")], { closed: false });
  for (const length of [100, 512, 700, 1700, 2600]) {
    it(`tells an archive cut at ${length}`, () => {
      assert.equal(parse(whole.subarray(0, length)).failure?.kind, "truncated");
    });
  }

  it("accepts an archive without its closing zeros", () => assert.equal(parse(whole).failure, null));

  it("stops when told", () => {
    const seen: string[] = [];
    const parser = createTarParser({
      wants: () => false,
      onEntry: (entry) => (seen.push(entry.path), seen.length < 2 ? undefined : false),
      bodyBytesMax: 0,
    });
    assert.equal(parser.write(writeTar([file("a"), file("b"), file("c")])), false);
    assert.deepEqual(seen, ["a", "b"]);
    assert.equal(parser.end(), null);
  });
});

describe("walkTarFile", () => {
  it("sees the same as the parser, in a part of a file, without reading large bodies", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-tar-"));
    try {
      const tar = writeTar([
        file("big", Buffer.alloc(300_001, 7)),
        file("a", "1"),
        file(long, "2"),
        symlink("s", "a"),
      ]);
      const path = join(folder, "x.tar");
      writeFileSync(path, Buffer.concat([Buffer.alloc(1000, 1), tar, Buffer.alloc(1000, 1)]));
      const expected = parse(tar).entries;
      const entries: TarEntry[] = [];
      const bodies: string[] = [];
      const { failure } = await walkTarFile(path, {
        offset: 1000,
        sizeBytes: tar.length,
        wants: (entry) => entry.path !== "big",
        onEntry: (entry, body) => {
          entries.push(entry);
          if (body !== null) bodies.push(Buffer.from(body).toString());
        },
        bodyBytesMax: 100,
      });
      assert.equal(failure, null);
      assert.deepEqual(entries, expected);
      assert.deepEqual(bodies, ["1", "2"]);
      const cut = await walkTarFile(path, {
        offset: 1000,
        sizeBytes: 200_000,
        wants: () => false,
        onEntry: () => undefined,
        bodyBytesMax: 0,
      });
      assert.equal(cut.failure?.kind, "truncated");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
