/**
 * Databases of rpm whose pages, slots and chains lead back to themselves, to one another or to nowhere: every reader ends, what is
 * sound in them is found once, and what is not is said.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { rpm } from "../../src/ecosystems/rpm/index.ts";
import { bdbOf, ndbOf, packageBlob } from "../helpers/rpm-database.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

interface Row {
  readonly name: string;
  readonly bytes: Buffer;
  /** Names of the packages that are found, sorted. */
  readonly packages: readonly string[];
  /** Null: the damage hides nothing. */
  readonly problem: string | null;
}

function check(path: string, rows: readonly Row[]): void {
  for (const { name, bytes, packages, problem } of rows) {
    it(name, () => {
      const found = rpm.catalog([wantedFile(path, bytes)], {
        mode: "installed",
        distro: null,
        inspected: [],
      });
      assert.deepEqual(found.packages.map((pkg) => pkg.name).sort(), packages);
      const codes = [...new Set(found.problems.map(({ code }) => code))];
      assert.deepEqual(codes, problem === null ? [] : [problem]);
      assert.ok(found.problems.length < 100);
    });
  }
}

const PAGE = 512;

/** A SQLite database: page 2 is the root of the table of packages, and these are the pages from there on. */
function sqliteOf(...pages: readonly Buffer[]): Buffer {
  const schema = leaf(
    [row(1, ["table", "Packages", "Packages", 2, "CREATE TABLE Packages(hnum, blob)"])],
    100,
  );
  schema.write("SQLite format 3\0", "latin1");
  schema.writeUInt16BE(PAGE, 16);
  schema.writeUInt32BE(1, 56);
  return Buffer.concat([schema, ...pages]);
}

function leaf(cells: readonly Buffer[], start = 0): Buffer {
  const page = Buffer.alloc(PAGE);
  page[start] = 0x0d;
  page.writeUInt16BE(cells.length, start + 3);
  let end = PAGE;
  cells.forEach((cell, index) => {
    end -= cell.length;
    cell.copy(page, end);
    page.writeUInt16BE(end, start + 8 + 2 * index);
  });
  return page;
}

/** A page of links: to those on its left, and to the last one. */
function interior(children: readonly number[], last: number): Buffer {
  const page = Buffer.alloc(PAGE);
  page[0] = 0x05;
  page.writeUInt16BE(children.length, 3);
  page.writeUInt32BE(last, 8);
  children.forEach((child, index) => {
    const at = PAGE - 5 * (index + 1);
    page.writeUInt32BE(child, at);
    page.writeUInt16BE(at, 12 + 2 * index);
  });
  return page;
}

function row(id: number, values: readonly (string | number | Buffer)[]): Buffer {
  const payload = recordOf(values);
  return Buffer.concat([varint(payload.length), varint(id), payload]);
}

/** A row whose payload goes on at another page; as much of it stands here as the format says. */
function longRow(id: number, blob: Buffer, next: number): { cell: Buffer; rest: Buffer } {
  const payload = recordOf([id, blob]);
  const least = Math.floor(((PAGE - 12) * 32) / 255) - 23;
  const wanted = least + ((payload.length - least) % (PAGE - 4));
  const local = wanted <= PAGE - 35 ? wanted : least;
  const link = Buffer.alloc(4);
  link.writeUInt32BE(next);
  const cell = Buffer.concat([varint(payload.length), varint(id), payload.subarray(0, local), link]);
  return { cell, rest: payload.subarray(local) };
}

function overflow(next: number, content: Buffer): Buffer {
  const page = Buffer.alloc(PAGE);
  page.writeUInt32BE(next);
  content.copy(page, 4);
  return page;
}

function recordOf(values: readonly (string | number | Buffer)[]): Buffer {
  const types = values.map((value) => {
    if (typeof value === "number") return varint(1);
    return varint(Buffer.byteLength(value) * 2 + (typeof value === "string" ? 13 : 12));
  });
  const body = values.map((value) =>
    typeof value === "number" ? Buffer.of(value) : typeof value === "string" ? Buffer.from(value) : value,
  );
  const header = Buffer.concat(types);
  return Buffer.concat([varint(header.length + 1), header, ...body]);
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : Buffer.of(0x80 | (value >> 7), value & 0x7f);
}

const a = leaf([row(1, [1, packageBlob("a")])]);
const b = leaf([row(2, [2, packageBlob("b")])]);
const long = longRow(3, packageBlob("long", { 1004: "x".repeat(900) }), 4);

describe("hostile: the SQLite database of rpm", () => {
  check("var/lib/rpm/rpmdb.sqlite", [
    { name: "sound", bytes: sqliteOf(interior([3], 4), a, b), packages: ["a", "b"], problem: null },
    {
      name: "a root that is its own child",
      bytes: sqliteOf(interior([2], 2)),
      packages: [],
      problem: "RECORD_INVALID",
    },
    {
      name: "a root that is its own child, between sound pages",
      bytes: sqliteOf(interior([3, 2], 4), a, b),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "pages of links in a ring",
      bytes: sqliteOf(interior([5, 3], 4), a, interior([2, 4], 6), interior([4], 2), b),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a page that many links lead to counts once",
      bytes: sqliteOf(
        interior(
          Array.from({ length: 60 }, () => 3),
          4,
        ),
        a,
        b,
      ),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "links to pages past the end and to none",
      bytes: sqliteOf(interior([0, 3, 0xffff_ffff, 4], 99), a, b),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "links to the schema",
      bytes: sqliteOf(interior([1, 3], 4), a, b),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a row on several pages",
      bytes: sqliteOf(
        leaf([long.cell]),
        a,
        overflow(5, long.rest.subarray(0, PAGE - 4)),
        overflow(0, long.rest.subarray(PAGE - 4)),
      ),
      packages: ["long"],
      problem: null,
    },
    {
      name: "a row whose pages lead back to the first of them",
      bytes: sqliteOf(
        leaf([long.cell, row(1, [1, packageBlob("a")])]),
        a,
        overflow(4, long.rest.subarray(0, PAGE - 4)),
      ),
      packages: ["a"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a row whose pages lead to the page of another",
      bytes: sqliteOf(
        interior([3, 4], 5),
        a,
        b,
        leaf([longRow(3, packageBlob("long", { 1004: "x".repeat(900) }), 3).cell]),
      ),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
  ]);
});

const blobs = [packageBlob("a"), packageBlob("b"), packageBlob("long", { 1004: "x".repeat(3000) })];

function changed(bytes: Buffer, change: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

const slot = (index: number): number => 32 + 16 * index;

describe("hostile: the NDB database of rpm", () => {
  const sound = ndbOf(blobs);
  const first = sound.readUInt32LE(slot(0) + 8);
  check("usr/lib/sysimage/rpm/Packages.db", [
    { name: "sound", bytes: sound, packages: ["a", "b", "long"], problem: null },
    {
      name: "slots that share a package",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(first, slot(1) + 8)),
      packages: ["a", "long"],
      problem: "RECORD_INVALID",
    },
    {
      name: "every slot is the same package",
      bytes: changed(sound, (bytes) => {
        for (let at = slot(3); at + 16 <= 4096; at += 16) bytes.copy(bytes, at, slot(2), slot(3));
      }),
      packages: ["a", "b", "long"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a slot that leads to the slots",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(2, slot(1) + 8)),
      packages: ["a", "long"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a slot that leads past the end",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(0xffff_ffff, slot(1) + 8)),
      packages: ["a", "long"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a package longer than the file",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(0xffff_fff0, first * 16 + 12)),
      packages: ["b", "long"],
      problem: "RECORD_INVALID",
    },
    {
      name: "more pages of slots than the file has",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(0xffff_ffff, 12)),
      packages: ["a", "b", "long"],
      problem: "RECORD_INVALID",
    },
  ]);
});

/** Pages in the order of `bdbOf`: metadata, those of the long value, one for each pair, of which the first is the counter's. */
const chain = Math.ceil(blobs[2]!.length / (PAGE - 26));

describe("hostile: the Berkeley DB of rpm", () => {
  const sound = bdbOf(blobs);
  check("var/lib/rpm/Packages", [
    { name: "sound", bytes: sound, packages: ["a", "b", "long"], problem: null },
    {
      name: "a value whose pages lead back to the first",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(1, PAGE * (chain - 1) + 16)),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a page that leads to itself",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(1, PAGE + 16)),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a value that goes on in a page of keys",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(chain + 2, PAGE + 16)),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a value that goes on past the end",
      bytes: changed(sound, (bytes) => bytes.writeUInt32LE(0xffff_ffff, PAGE + 16)),
      packages: ["a", "b"],
      problem: "RECORD_INVALID",
    },
    {
      name: "a page of keys that says it has more than fit",
      bytes: changed(sound, (bytes) => bytes.writeUInt16LE(0xffff, PAGE * (chain + 2) + 20)),
      packages: ["a", "b", "long"],
      problem: "RECORD_INVALID",
    },
    {
      name: "items that overlap",
      bytes: changed(sound, (bytes) => {
        const page = PAGE * (chain + 2);
        bytes.writeUInt16LE(40, page + 20);
        for (let index = 2; index < 40; index += 1)
          bytes.writeUInt16LE(bytes.readUInt16LE(page + 28), page + 26 + 2 * index);
      }),
      packages: ["a", "b", "long"],
      problem: "RECORD_INVALID",
    },
  ]);
});
