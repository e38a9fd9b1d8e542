/**
 * Executables whose tables point past the end, into one another or onto themselves: everything that looks into executables ends,
 * reads no more than a few times the file, and what is sound beside them is found.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { describe, it } from "node:test";
import type { FileView } from "../../src/domain/files.ts";
import { ecosystems } from "../../src/ecosystems/catalog.ts";
import { golang } from "../../src/ecosystems/golang/index.ts";
import { catalogSample, viewOf } from "../helpers/ecosystem-sample.ts";
import { elfFile, elfNote, loadAddress, type ElfChoices } from "../helpers/elf-file.ts";
import { goRecord } from "../helpers/go-record.ts";

const SIZE = 80_000;

/** Symbols of a 64-bit file: where the name stands in the table of names, address, size. */
function symbolTable(rows: readonly (readonly [number, number, number])[]): Buffer {
  const table = Buffer.alloc(24 * rows.length);
  rows.forEach(([name, address, size], index) => {
    table.writeUInt32LE(name, 24 * index);
    table.writeBigUInt64LE(BigInt(address), 24 * index + 8);
    table.writeBigUInt64LE(BigInt(size), 24 * index + 16);
  });
  return table;
}

const names = "\0main.main\0main.version.str\0example.com/a/b%2ex.Version.str\0";
const nameAt = (name: string): number => names.indexOf(`\0${name}\0`) + 1;
const modules = "path\texample.com/a\nmod\texample.com/a\t(devel)\ndep\texample.com/dep\tv1.0.0\n";

/** A program of Go, whose symbols tell what the linker was given, with a list of crates and a package note. */
function program(symbols: readonly (readonly [number, number, number])[], choices: ElfChoices = {}): Buffer {
  const crates = deflateSync(JSON.stringify({ packages: [{ name: "crate", version: "1.0.0" }] }));
  return elfFile(
    {
      ".go.buildinfo": goRecord("go1.22.5", modules),
      ".dep-v0": crates,
      ".note.package": elfNote("FDO", 0xcafe1a7e, '{"type":"deb","name":"noted","version":"1"}'),
      ".rodata": "v1.2.3\0v2.0.0\0no end",
      ".strtab": names,
      ".symtab": symbolTable(symbols),
    },
    { sizeBytes: SIZE, ...choices },
  );
}

const rodata = loadAddress + program([]).indexOf("v1.2.3\0");
const main = [nameAt("main.version.str"), rodata, 7] as const;
const other = [nameAt("example.com/a/b%2ex.Version.str"), rodata + 7, 7] as const;

/** The version of the program, and null when it is not listed. */
function versionOf(bytes: Buffer): string | null {
  const files = { "usr/bin/app": bytes };
  const { packages } = catalogSample(golang, { mode: "installed", distro: null, files });
  assert.ok(packages.some((pkg) => pkg.name === "dep"));
  return packages.find((pkg) => pkg.name === "a")?.version ?? null;
}

describe("hostile: symbols of a Go program", () => {
  const rows: readonly (readonly [string, Buffer, string | null])[] = [
    ["sound", program([main]), "v1.2.3"],
    ["a variable of a package of the program", program([other]), "v2.0.0"],
    ["the program's own before that of a package", program([other, main]), "v1.2.3"],
    ["a name past the end of the names", program([[0xffff_ffff, rodata, 7], other]), "v2.0.0"],
    ["a name in the middle of another", program([[nameAt("main.version.str") + 5, rodata, 7]]), null],
    ["an address past the end", program([[main[0], loadAddress + SIZE, 7]]), null],
    ["an address before the file", program([[main[0], 1, 7]]), null],
    ["a value that goes on past the end", program([[main[0], loadAddress + SIZE - 3, 7]]), null],
    ["a value that is larger than any version", program([[main[0], rodata, 2 ** 40]]), null],
    ["a value that does not end with a zero", program([[main[0], rodata, 5]]), null],
    ["a value that is empty", program([[main[0], rodata + 6, 1]]), null],
    ["a thousand symbols of one name", program(Array.from({ length: 1000 }, () => main)), "v1.2.3"],
  ];
  for (const [name, bytes, version] of rows) it(name, () => assert.equal(versionOf(bytes), version));

  it("a name without an end", () => {
    const bytes = program([main]);
    const at = bytes.indexOf("\0main.version.str\0");
    bytes.fill(0x61, at, at + 18);
    assert.equal(versionOf(bytes), null);
  });
});

/** How much everything that looks into executables has read of it. */
function bytesReadOf(bytes: Buffer): number {
  let read = 0;
  const head = { path: "usr/bin/app", sizeBytes: bytes.length, mode: 0o755 };
  const view: FileView = {
    sizeBytes: bytes.length,
    read(offset, length) {
      const part = viewOf(bytes).read(offset, length);
      read += part.length;
      return part;
    },
  };
  for (const { inspect } of ecosystems) {
    if (inspect?.wants(head, "installed") !== true) continue;
    assert.doesNotThrow(() => JSON.stringify(inspect.look(head, view)));
  }
  return read;
}

const extremes = [
  0n,
  1n,
  0x3fn,
  BigInt(SIZE - 1),
  BigInt(SIZE),
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

describe("hostile: tables of executables", () => {
  for (const littleEndian of [true, false]) {
    const sound = program([main], { littleEndian });
    const word = (bytes: Buffer, at: number): bigint =>
      littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
    const write = (bytes: Buffer, at: number, value: bigint): void => {
      if (littleEndian) bytes.writeBigUInt64LE(value, at);
      else bytes.writeBigUInt64BE(value, at);
    };
    const table = Number(word(sound, 40));
    const order = littleEndian ? "little-endian" : "big-endian";

    it(`offsets and sizes past the end, one at a time, ${order}`, () => {
      const fields = [32, 40, 64 + 8, 64 + 16, 64 + 32];
      for (let section = 0; section < 8; section += 1)
        fields.push(table + 64 * section + 16, table + 64 * section + 24, table + 64 * section + 32);
      for (const at of fields) {
        for (const value of extremes) {
          const bytes = Buffer.from(sound);
          write(bytes, at, value);
          const read = bytesReadOf(bytes);
          assert.ok(read < 20 * SIZE, `${at}: ${value}: ${read} bytes`);
        }
      }
    });

    it(`sections that all are the whole file, ${order}`, () => {
      const bytes = Buffer.from(sound);
      for (let section = 1; section < 8; section += 1) {
        write(bytes, table + 64 * section + 24, 0n);
        write(bytes, table + 64 * section + 32, BigInt(SIZE));
      }
      assert.ok(bytesReadOf(bytes) < 40 * SIZE);
    });

    it(`a table of sections that is the header of the file, and one that overlaps itself, ${order}`, () => {
      for (const offset of [1n, 8n, 64n, BigInt(table - 32), BigInt(SIZE - 65)]) {
        const bytes = Buffer.from(sound);
        write(bytes, 40, offset);
        bytes.fill(0xff, 60, 62);
        assert.ok(bytesReadOf(bytes) < 40 * SIZE);
      }
    });
  }

  it("do not lose the program beside them", () => {
    const broken = program([main]);
    broken.fill(0xff, 32, 64);
    const { packages } = catalogSample(golang, {
      mode: "installed",
      distro: null,
      files: { "usr/bin/broken": broken, "usr/bin/sound": program([main]) },
    });
    assert.ok(packages.some((pkg) => pkg.name === "a" && pkg.evidence[0]?.path === "usr/bin/sound"));
  });
});
