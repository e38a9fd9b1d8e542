import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { viewOf } from "../../../test/helpers/ecosystem-sample.ts";
import { elfFile, elfNote, loadAddress } from "../../../test/helpers/elf-file.ts";
import { goRecord } from "../../../test/helpers/go-record.ts";
import { offsetOfAddress, readElf, readNotes, sectionBytes } from "./elf.ts";
import { findRegion, offsetOf, readExecutable, regionBytes } from "./executable.ts";
import { readGoBuildInfo } from "./go-build-info.ts";

const shapes = ([32, 64] as const).flatMap((bits) =>
  [true, false].map((littleEndian) => ({ bits, littleEndian })),
);

describe("ELF", () => {
  for (const shape of shapes) {
    it(`sections, segments and addresses of ${JSON.stringify(shape)}`, () => {
      const view = viewOf(elfFile({ ".rodata": "constants", ".data": "variables" }, shape));
      const elf = readElf(view);
      assert.ok(elf !== null);
      assert.deepEqual(
        [elf.bits, elf.littleEndian, elf.type, elf.machine],
        [shape.bits, shape.littleEndian, 2, 62],
      );
      const section = elf.sections.find(({ name }) => name === ".data");
      assert.equal(sectionBytes(view, section, 100)?.toString(), "variables");
      assert.equal(sectionBytes(view, section, 8), null);
      assert.equal(offsetOfAddress(elf, section!.address), section!.offset);
      assert.equal(offsetOfAddress(elf, loadAddress - 1), null);
      assert.equal(offsetOfAddress(elf, loadAddress + view.sizeBytes), null);
    });
  }

  it("notes, and those that are cut off", () => {
    const two = Buffer.concat([elfNote("GNU", 3, "id"), elfNote("FDO", 7, "{}")]);
    for (const [bytes, count] of [
      [two, 2],
      [two.subarray(0, two.length - 8), 1],
      [two.subarray(0, 11), 0],
    ] as const) {
      const view = viewOf(elfFile({ ".note.x": bytes }));
      assert.equal(readNotes(view, readElf(view)!).length, count);
    }
    const view = viewOf(elfFile({ ".note.x": two }));
    assert.deepEqual(
      readNotes(view, readElf(view)!).map(({ owner, type, bytes }) => [owner, type, bytes.toString()]),
      [
        ["GNU", 3, "id"],
        ["FDO", 7, "{}"],
      ],
    );
  });

  it("nothing that points past the end is believed", () => {
    const whole = elfFile({ ".rodata": "constants" });
    const rows: readonly (readonly [string, (bytes: Buffer) => void])[] = [
      ["the table of sections", (bytes) => bytes.writeBigUInt64LE(2n ** 63n, 40)],
      ["the table of segments", (bytes) => bytes.writeBigUInt64LE(2n ** 40n, 32)],
      ["the number of sections", (bytes) => bytes.writeUInt16LE(0xffff, 60)],
      ["the names", (bytes) => bytes.writeUInt16LE(0xfff0, 62)],
      ["the size of a record", (bytes) => bytes.writeUInt16LE(1, 58)],
    ];
    for (const [name, damage] of rows) {
      const bytes = Buffer.from(whole);
      damage(bytes);
      const view = viewOf(bytes);
      const elf = readElf(view);
      assert.ok(elf !== null, name);
      for (const section of elf.sections) assert.ok(section.offset + section.sizeBytes <= bytes.length, name);
    }
    for (const length of [0, 3, 51, 63]) assert.equal(readElf(viewOf(whole.subarray(0, length))), null);
  });

  it("a section larger than the file is left out", () => {
    const bytes = elfFile({ ".rodata": "constants" });
    const table = Number(bytes.readBigUInt64LE(40));
    bytes.writeBigUInt64LE(2n ** 62n, table + 64 + 32);
    assert.equal(
      readElf(viewOf(bytes))?.sections.some(({ name }) => name === ".rodata"),
      false,
    );
  });
});

describe("executables of other systems", () => {
  const record = goRecord("go1.22.5", "path\tx\n");

  it("PE: sections with addresses, and the Go record at the start of the data", () => {
    const bytes = Buffer.alloc(1024);
    bytes.write("MZ", 0, "latin1");
    bytes.writeUInt32LE(64, 60);
    bytes.write("PE\0\0", 64, "latin1");
    bytes.writeUInt16LE(1, 64 + 6);
    bytes.writeUInt16LE(112, 64 + 20);
    bytes.writeUInt16LE(0x20b, 64 + 24);
    bytes.writeBigUInt64LE(0x1_4000_0000n, 64 + 48);
    const row = 64 + 24 + 112;
    bytes.write(".data", row, "latin1");
    bytes.writeUInt32LE(0x1000, row + 12);
    bytes.writeUInt32LE(256, row + 16);
    bytes.writeUInt32LE(512, row + 20);
    bytes.writeUInt32LE(0x8000_0000, row + 36);
    record.copy(bytes, 512);
    const view = viewOf(bytes);
    const file = readExecutable(view);
    assert.ok(file?.format === "pe");
    assert.equal(offsetOf(file, 0x1_4000_1010), 512 + 16);
    assert.equal(readGoBuildInfo(view, file)?.goVersion, "go1.22.5");
  });

  for (const isUniversal of [false, true]) {
    it(`Mach-O${isUniversal ? ", universal" : ""}: sections by segment and name`, () => {
      const base = isUniversal ? 128 : 0;
      const bytes = Buffer.alloc(base + 1024);
      if (isUniversal) {
        bytes.writeUInt32BE(0xcafe_babe, 0);
        bytes.writeUInt32BE(2, 4);
        bytes.writeUInt32BE(base, 16);
      }
      bytes.writeUInt32LE(0xfeed_facf, base);
      bytes.writeUInt32LE(152, base + 20);
      bytes.writeUInt32LE(0x19, base + 32);
      bytes.writeUInt32LE(152, base + 36);
      const section = base + 32 + 72;
      bytes.write("__go_buildinfo", section, "latin1");
      bytes.write("__DATA", section + 16, "latin1");
      bytes.writeBigUInt64LE(0x1_0000_0000n, section + 32);
      bytes.writeBigUInt64LE(256n, section + 40);
      bytes.writeUInt32LE(512, section + 48);
      record.copy(bytes, base + 512);
      const view = viewOf(bytes);
      const file = readExecutable(view);
      assert.ok(file?.format === "mach-o");
      assert.equal(regionBytes(view, findRegion(file, "__DATA,__go_buildinfo"), 1000)?.length, 256);
      assert.equal(readGoBuildInfo(view, file)?.modules, "path\tx\n");
    });
  }

  it("a Java class, which starts like a universal program, is none", () => {
    assert.equal(readExecutable(viewOf(Buffer.from("cafebabe00000034", "hex"))), null);
  });
});

it("no bytes make a reader throw, and none that it reports lies outside of the file", () => {
  const magics = [
    "\x7fELF\x02\x01\x01",
    "\x7fELF\x01\x02\x01",
    "MZ",
    "\xcf\xfa\xed\xfe",
    "\xce\xfa\xed\xfe",
    "\xca\xfe\xba\xbe\0\0\0\x01",
  ];
  const start = fc.constantFrom(...magics).map((text) => Buffer.from(text, "latin1"));
  const bytes = fc
    .tuple(start, fc.uint8Array({ minLength: 0, maxLength: 400 }))
    .map((parts) => Buffer.concat(parts));
  const whole = fc
    .tuple(fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 8 }), fc.constantFrom(...shapes))
    .map(([changes, shape]) => {
      const file = elfFile(
        { ".go.buildinfo": goRecord("go1.22.5", "path\tx\n"), ".note.x": elfNote("FDO", 1, "{}") },
        shape,
      );
      for (const [at, value] of changes) file[at % file.length] = value;
      return file;
    });
  fc.assert(
    fc.property(fc.oneof(bytes, whole), (content) => {
      const view = viewOf(content);
      const file = readExecutable(view);
      if (file === null) return;
      for (const region of [...file.regions, ...file.loaded])
        assert.ok(region.offset + region.sizeBytes <= content.length);
      readGoBuildInfo(view, file);
      const elf = readElf(view);
      if (elf !== null) readNotes(view, elf);
    }),
    { numRuns: 3000, seed: 20_261_122 },
  );
});
