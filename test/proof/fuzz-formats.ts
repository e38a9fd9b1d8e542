/** Targets: the binary formats that ecosystems share, and what travels between processes and runs of the product itself. */
import { PassThrough } from "node:stream";
import { crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { defaultUnpackLimits } from "../../src/domain/files.ts";
import { readElf, readNotes, sectionBytes } from "../../src/ecosystems/shared/elf.ts";
import { readExecutable, regionBytes } from "../../src/ecosystems/shared/executable.ts";
import { readGoBuildInfo } from "../../src/ecosystems/shared/go-build-info.ts";
import { openSqlite } from "../../src/ecosystems/shared/sqlite.ts";
import { readXml } from "../../src/ecosystems/shared/xml.ts";
import { openZip, ZipBudget } from "../../src/ecosystems/shared/zip.ts";
import { readBdb } from "../../src/ecosystems/rpm/bdb.ts";
import { sampleDatabase } from "../../src/ecosystems/rpm/fixtures/database.ts";
import { readHeader } from "../../src/ecosystems/rpm/header.ts";
import { readNdb } from "../../src/ecosystems/rpm/ndb.ts";
import { decodeProduct } from "../../src/image/layer-product.ts";
import { unpack } from "../../src/image/unpack.ts";
import { createPeer } from "../../src/io/peer.ts";
import { viewOf } from "../helpers/ecosystem-sample.ts";
import { elfFile, elfNote } from "../helpers/elf-file.ts";
import { buildImage, streamBlobs } from "../helpers/oci-image.ts";
import { file, whiteout } from "../helpers/oci-tar.ts";
import { bdbOf, ndbOf, packageBlob } from "../helpers/rpm-database.ts";
import { writeZip } from "../helpers/zip.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";

const blobs = [packageBlob("bash"), packageBlob("zlib")];

const zipTarget: FuzzTarget = {
  name: "zip",
  samples: [
    writeZip([
      { name: "META-INF/MANIFEST.MF", content: "Manifest-Version: 1.0\n".repeat(20) },
      { name: "lib/inner.jar", content: writeZip([{ name: "a", content: "1" }]) },
    ]),
    writeZip([]),
  ],
  check(input) {
    const limits = { ...new ZipBudget().limits, memberBytesMax: 1 << 20, totalBytesMax: 4 << 20 };
    const budget = new ZipBudget(limits);
    const opening = openZip(viewOf(input), budget);
    if (opening.kind !== "opened") return;
    let bytes = 0;
    for (const member of opening.archive.members(() => true)) {
      const reading = opening.archive.read(member);
      if (reading.kind === "read") bytes += reading.bytes.length;
      const opened = opening.archive.open(member);
      if (opened.kind !== "view") continue;
      openZip(opened.view, budget);
      opening.archive.release(opened.view);
    }
    expect(bytes <= limits.totalBytesMax, "an archive was unpacked past its limit");
  },
};

const elfSections = {
  ".note.package": elfNote("FDO", 0xcafe1a7e, '{"type":"deb","name":"a","version":"1"}'),
  ".text": "code",
  ".dynstr": "\0libc.so.6\0",
};
const elfTarget: FuzzTarget = {
  name: "executable",
  samples: [elfFile(elfSections), elfFile(elfSections, { bits: 32, littleEndian: false })],
  check(input) {
    const view = viewOf(input);
    const elf = readElf(view);
    if (elf !== null) {
      readNotes(view, elf);
      for (const section of elf.sections) {
        const bytes = sectionBytes(view, section, 1 << 20);
        expect((bytes?.length ?? 0) <= input.length, "a section is larger than its file");
      }
    }
    const executable = readExecutable(view);
    if (executable === null) return;
    readGoBuildInfo(view, executable);
    for (const region of executable.regions) {
      const bytes = regionBytes(view, region, 1 << 20);
      expect((bytes?.length ?? 0) <= input.length, "a region is larger than its file");
    }
  },
};

const databaseTargets: readonly FuzzTarget[] = [
  {
    name: "sqlite",
    samples: [sampleDatabase()],
    check(input) {
      const database = openSqlite(input);
      for (const table of database?.tables ?? []) database?.read(table);
      // A log of changes of the same bytes.
      openSqlite(sampleDatabase(), input)?.read("Packages");
    },
  },
  { name: "rpm ndb", samples: [ndbOf(blobs)], check: (input) => void readNdb(input) },
  {
    name: "rpm bdb",
    samples: [bdbOf(blobs), bdbOf(blobs, "big")],
    check: (input) => void readBdb(input),
  },
  { name: "rpm header", samples: blobs, check: (input) => void readHeader(input) },
];

const xmlTarget: FuzzTarget = {
  name: "xml",
  samples: [
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a x="1"><b>&b;&lt;</b><![CDATA[<]]></a>',
    "<project xmlns='http://maven.apache.org/POM/4.0.0'><a><b/><b/></a><!-- c --></project>",
  ].map((text) => Buffer.from(text)),
  check: (input) => void readXml(input.toString("utf8")),
};

function frame(head: unknown, bytes = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([lengths, text, bytes]);
}

const peerTarget: FuzzTarget = {
  name: "frames between processes",
  samples: [
    frame({ kind: "answer", id: 1, method: "", value: { a: [1] } }, Buffer.from("bytes")),
    frame({
      kind: "error",
      id: 1,
      method: "",
      value: { code: "X", message: "m", details: null, outside: 0 },
    }),
    Buffer.concat([
      frame({ kind: "call", id: 1, method: "hash", value: { descriptor: 3, offset: 0, sizeBytes: 1 } }),
      frame({ kind: "answer", id: 1, method: "", value: null }),
    ]),
  ],
  async check(input) {
    const [listened, spoken] = [new PassThrough(), new PassThrough()];
    spoken.resume();
    const peer = createPeer({
      input: listened,
      output: spoken,
      frameBytesMax: 1 << 20,
      answers: { hash: ({ value }) => ({ value, bytes: null }) },
      describeError: (error) => String(error),
    });
    const call = peer.call("read", null).catch(() => null);
    // In two pieces, so that frames are put together.
    const middle = input.length >> 1;
    listened.write(input.subarray(0, middle));
    listened.end(input.subarray(middle));
    // Answered, failed, or given up when the other side ends; never left waiting.
    await call;
    peer.close("done");
    listened.destroy();
    spoken.destroy();
  },
};

/** What the cache of layers keeps of one. */
async function storedLayer(): Promise<Buffer> {
  const image = buildImage({
    layers: [{ entries: [file("a", "1"), file("d/b", "22"), whiteout("gone")] }],
  });
  let stored: Uint8Array = Buffer.alloc(0);
  const inspector = { id: "x", version: 1, wants: () => true, inspect: () => ({ a: 1 }) };
  await unpack(streamBlobs(image), {
    wants: (path) => path === "a",
    inspectors: [inspector],
    limits: defaultUnpackLimits,
    verify: true,
    signal: null,
    now: () => 0,
    cache: {
      get: () => Promise.resolve(null),
      put: (_, bytes) => Promise.resolve(void (stored = Uint8Array.from(bytes))),
    },
  });
  return Buffer.from(stored);
}

const PRODUCT_START = 12;

const stored = await storedLayer();
const productTarget: FuzzTarget = {
  name: "stored layer",
  samples: [zstdDecompressSync(stored.subarray(PRODUCT_START))],
  async check(input) {
    // Packed again with the right sum: damage by chance is found by the sum, and proves nothing of the reader.
    const packed = zstdCompressSync(input);
    const start = Buffer.from(stored.subarray(0, PRODUCT_START));
    start.writeUInt32LE(crc32(packed), PRODUCT_START - 4);
    const product = await decodeProduct(Buffer.concat([start, packed]));
    let count = 0;
    const entry = product?.log.read();
    while (entry?.next() === true) count += entry.path.length >= 0 ? 1 : 0;
    expect(product === null || count === product.log.length, "a stored layer counts wrongly");
    expect((await decodeProduct(input)) === null, "bytes without their sum are taken for a layer");
  },
};

export const formatTargets: readonly FuzzTarget[] = [
  zipTarget,
  elfTarget,
  ...databaseTargets,
  xmlTarget,
  peerTarget,
  productTarget,
];
