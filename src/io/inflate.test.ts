import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { CHUNK_BYTES, inflate, sniffCompression, type InflateFailure } from "./inflate.ts";

const one = Buffer.concat([Buffer.alloc(70_000, "one "), randomBytes(70_000)]);
const two = Buffer.alloc(150_000, "two ");
const both = Buffer.concat([one, two]);
const skippable = Buffer.concat([
  Buffer.from("5a2a4d18", "hex"),
  Buffer.from([9, 0, 0, 0]),
  Buffer.alloc(9, "s"),
]);
const z = { one: zstdCompressSync(one), two: zstdCompressSync(two) };
const g = { one: gzipSync(one), two: gzipSync(two) };

/** With and without sum and size, of a repeated byte, of noise, empty, and of more than a small frame may hold. */
const small = [
  Buffer.alloc(0),
  Buffer.from("a"),
  Buffer.alloc(3000, "b"),
  randomBytes(300),
  randomBytes(70_000),
  Buffer.alloc(3 * 1024 * 1024, "c"),
].flatMap((content) =>
  [0, 1].flatMap((sum) =>
    [0, 1].map((size) => ({
      content,
      frame: zstdCompressSync(content, {
        params: { [constants.ZSTD_c_checksumFlag]: sum, [constants.ZSTD_c_contentSizeFlag]: size },
      }),
    })),
  ),
);
const smallContent = small.map(({ content }) => content);
const wrongSum = zstdCompressSync("abc", { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
wrongSum.writeUInt8((wrongSum.at(-1) ?? 0) ^ 1, wrongSum.length - 1);

interface Row {
  readonly name: string;
  readonly input: Buffer[];
  readonly content: Buffer;
  readonly failure?: InflateFailure["kind"][];
}

const rows: Row[] = [
  { name: "no compression", input: [one], content: one },
  { name: "nothing at all", input: [], content: Buffer.alloc(0) },
  { name: "gzip", input: [g.one], content: one },
  { name: "gzip of two members", input: [g.one, g.two], content: both },
  { name: "gzip with zeros after the end", input: [g.one, Buffer.alloc(1000)], content: one },
  { name: "gzip with an empty member", input: [gzipSync(""), g.two], content: two },
  {
    name: "gzip with text after the end",
    input: [g.one, Buffer.from("hello")],
    content: one,
    failure: ["trailing"],
  },
  {
    name: "gzip with a member hidden behind zeros",
    input: [g.one, Buffer.alloc(10), g.two],
    content: one,
    failure: ["trailing"],
  },
  {
    name: "gzip with text right behind the end",
    input: [Buffer.concat([g.one, g.two, Buffer.from("hello, world")])],
    content: both,
    failure: ["trailing"],
  },
  {
    name: "gzip with fields in its header and text behind the end",
    input: [
      Buffer.concat([
        Buffer.from("1f8b081e0000000000ff0300616263", "hex"),
        Buffer.from("name\0comment\0sm", "latin1"),
        g.two.subarray(10),
        Buffer.from("hello, world"),
      ]),
    ],
    content: two,
    failure: ["trailing"],
  },
  { name: "zstd", input: [z.one], content: one },
  { name: "zstd of two frames", input: [z.one, z.two], content: both },
  { name: "zstd, skippable frame first", input: [skippable, z.one, z.two], content: both },
  { name: "zstd, skippable frame in the middle", input: [z.one, skippable, z.two], content: both },
  { name: "zstd, skippable frame last", input: [z.one, z.two, skippable], content: both },
  { name: "zstd, three skippable frames", input: [skippable, skippable, z.one, skippable], content: one },
  {
    name: "zstd, many small frames of every kind, and a large one among them",
    input: [...small.map(({ frame }) => frame), z.one, ...small.map(({ frame }) => frame)],
    content: Buffer.concat([...smallContent, one, ...smallContent]),
  },
  {
    name: "zstd, a small frame with a wrong sum among others",
    input: [zstdCompressSync("x"), zstdCompressSync("a"), wrongSum],
    content: Buffer.from("xa"),
    failure: ["invalid"],
  },
  {
    name: "zstd, a small frame cut",
    input: [zstdCompressSync("x"), zstdCompressSync("a"), zstdCompressSync("abc").subarray(0, -2)],
    content: Buffer.from("xaa"),
    failure: ["truncated"],
  },
  { name: "zstd, an empty frame", input: [zstdCompressSync(""), z.two], content: two },
  {
    name: "zstd with text after the end",
    input: [z.one, Buffer.from("hello, world")],
    content: one,
    failure: ["trailing", "invalid"],
  },
  {
    name: "zstd with zeros after the end",
    input: [z.one, Buffer.alloc(9)],
    content: one,
    failure: ["trailing", "invalid"],
  },
  {
    name: "zstd, skippable frame cut",
    input: [z.one, skippable.subarray(0, 12)],
    content: one,
    failure: ["truncated"],
  },
  {
    name: "xz",
    input: [Buffer.from("fd377a585a0000", "hex")],
    content: Buffer.alloc(0),
    failure: ["invalid"],
  },
  { name: "bzip2", input: [Buffer.from("BZh91AY")], content: Buffer.alloc(0), failure: ["invalid"] },
];

async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  // One buffer for all, as a reader of files does: whoever keeps a piece sees it change.
  const shared = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length) {
    yield shared.subarray(0, bytes.copy(shared, 0, at, at + length));
  }
}

async function run(bytes: Buffer, length: number, stopAfterBytes = Infinity) {
  const parts: Buffer[] = [];
  let total = 0;
  const result = await inflate(pieces(bytes, length), {
    onContent: (chunk) => {
      parts.push(Buffer.from(chunk));
      total += chunk.length;
      return total < stopAfterBytes;
    },
    again: () => pieces(bytes, length),
  });
  return { ...result, content: Buffer.concat(parts) };
}

describe("inflate", () => {
  for (const row of rows) {
    for (const length of [1_000_000, 65_536, 1000, 97]) {
      it(`${row.name}, in pieces of ${length}`, async () => {
        const { content, failure, contentBytes } = await run(Buffer.concat(row.input), length);
        if (row.failure === undefined) assert.equal(failure, null);
        else assert.ok(failure !== null && row.failure.includes(failure.kind), JSON.stringify(failure));
        // What a decoder had not handed over when it met damage is lost; what came is right.
        if (failure?.kind !== "invalid") assert.equal(content.length, row.content.length);
        assert.equal(Buffer.compare(content, row.content.subarray(0, content.length)), 0);
        assert.equal(contentBytes, content.length);
      });
    }
  }

  it("sees a second frame or garbage exactly where a piece ends", async () => {
    const frames = Buffer.concat([z.two, z.two]);
    assert.equal((await run(frames, z.two.length)).content.length, 2 * two.length);
    const members = Buffer.concat([g.two, g.two]);
    assert.equal((await run(members, g.two.length)).content.length, 2 * two.length);
    const hidden = Buffer.concat([g.two, Buffer.alloc(g.two.length), g.two]);
    assert.equal((await run(hidden, g.two.length)).failure?.kind, "trailing");
    const skipped = Buffer.concat([z.two, skippable, z.two]);
    assert.equal((await run(skipped, z.two.length)).content.length, 2 * two.length);
    const garbage = Buffer.concat([z.two, Buffer.from("garbage!")]);
    assert.notEqual((await run(garbage, z.two.length)).failure, null);
  });

  for (const [name, bytes] of Object.entries({ gzip: g.one, zstd: z.one })) {
    it(`tells every cut of ${name}`, async () => {
      for (const length of [bytes.length - 1, bytes.length - 9, bytes.length >> 1, 40]) {
        const { failure } = await run(bytes.subarray(0, length), 1000);
        assert.equal(failure?.kind, "truncated", `cut at ${length}`);
      }
    });
    it(`tells damage in ${name}`, async () => {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xff, 5, 60);
      assert.notEqual((await run(damaged, 1000)).failure, null);
    });
  }

  for (const sizeBytes of [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 5_000_000]) {
    it(`gives back the memory of chunks and loses none of ${sizeBytes} bytes`, async () => {
      const content = Buffer.concat([
        randomBytes(sizeBytes >> 1),
        Buffer.alloc(sizeBytes - (sizeBytes >> 1), "text "),
      ]);
      for (const bytes of [gzipSync(content), zstdCompressSync(content)]) {
        for (const length of [1_000_000, 10_000]) {
          const result = await run(bytes, length);
          assert.equal(result.failure, null);
          assert.equal(Buffer.compare(result.content, content), 0);
        }
      }
    });
  }

  it("stops when told, in the middle of a bomb", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000), { level: 1 });
    const { isStopped, contentBytes, failure } = await run(bomb, 1_000_000, 10_000_000);
    assert.equal(isStopped, true);
    assert.equal(failure, null);
    assert.ok(contentBytes < 20_000_000);
  });

  it("hands on nothing after it has thrown", async () => {
    const packed = gzipSync(Buffer.alloc(3_000_000, "some text "));
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, packed.length - 1);
      throw new RangeError("lost");
    };
    let isOver = false;
    let late = 0;
    const onContent = (): boolean => {
      if (isOver) late += 1;
      return true;
    };
    await assert.rejects(inflate(broken(), { onContent }), RangeError);
    isOver = true;
    await setImmediate();
    await setImmediate();
    assert.equal(late, 0);
  });

  it("passes on what the input throws, and the signal", async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield g.one.subarray(0, 100);
      throw new RangeError("lost");
    };
    await assert.rejects(inflate(broken(), { onContent: () => true }), RangeError);
    const signal = AbortSignal.abort(new RangeError("enough"));
    await assert.rejects(inflate(pieces(g.one, 100), { onContent: () => true, signal }), RangeError);
  });
});

describe("sniffCompression", () => {
  it("knows formats by their first bytes", () => {
    assert.equal(sniffCompression(g.one), "gzip");
    assert.equal(sniffCompression(z.one), "zstd");
    assert.equal(sniffCompression(skippable), "zstd");
    assert.equal(sniffCompression(Buffer.from("etc/passwd")), "none");
    assert.equal(sniffCompression(Buffer.alloc(0)), "none");
  });
});
