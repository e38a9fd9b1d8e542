import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { createPeer, PeerError, type Answer, type Peer, type PeerOptions } from "./peer.ts";

const FRAME_BYTES_MAX = 4 * 1024 * 1024;

/** Two sides, and what goes from the second to the first cut into pieces of this many bytes, all in the same memory. */
function pair(answers: Record<string, Answer>, pieceBytes: number): Peer {
  const there = new PassThrough();
  const back = new PassThrough();
  const rest = {
    describeError: (error: unknown) => (error as Error).message,
    frameBytesMax: FRAME_BYTES_MAX,
  };
  createPeer({ ...rest, input: there, output: back, answers });
  const memory = Buffer.alloc(pieceBytes);
  const input: PeerOptions["input"] = {
    listen(onChunk, onEnd) {
      back.on("data", (chunk: Buffer) => {
        for (let at = 0; at < chunk.length; at += pieceBytes) {
          const length = chunk.copy(memory, 0, at, at + pieceBytes);
          onChunk(memory.subarray(0, length));
        }
      });
      back.on("end", () => onEnd("over"));
    },
  };
  return createPeer({ ...rest, input, output: there, answers: {} });
}

const large = Buffer.alloc(3_000_000, "0123456789");

describe("peer", () => {
  for (const pieceBytes of [1, 7, 65_536])
    it(`puts frames together from pieces of ${pieceBytes}`, async () => {
      const peer = pair({ echo: ({ value, bytes }) => ({ value, bytes }) }, pieceBytes);
      const sent = pieceBytes === 1 ? large.subarray(0, 30_000) : large;
      const answers = await Promise.all([
        peer.call("echo", { a: "ä" }, sent),
        peer.call("echo", null),
        peer.call("echo", 3, sent.subarray(0, 5)),
      ]);
      assert.deepEqual(
        answers.map(({ value }) => value),
        [{ a: "ä" }, null, 3],
      );
      assert.ok(sent.equals(answers[0].bytes as Buffer));
      assert.equal(answers[1].bytes, null);
      assert.equal(String(answers[2].bytes), "01234");
    });

  it("puts the answer's bytes where they are wanted, when they fit", async () => {
    const answers = {
      give: ({ value }: { value: unknown }) => ({ value, bytes: large.subarray(0, Number(value)) }),
    };
    const peer = pair(answers, 1000);
    const into = Buffer.alloc(2000);
    const fits = (await peer.call("give", 1500, null, into)).bytes as Buffer;
    const larger = (await peer.call("give", 2500, null, into)).bytes as Buffer;
    assert.equal(fits.buffer, into.buffer);
    assert.ok(fits.equals(large.subarray(0, 1500)) && larger.equals(large.subarray(0, 2500)));
    assert.notEqual(larger.buffer, into.buffer);
  });

  it("says when an answer's bytes may be used again", async () => {
    const sent = Promise.withResolvers<void>();
    const peer = pair({ give: () => ({ value: null, bytes: large, onSent: sent.resolve }) }, 65_536);
    await Promise.all([peer.call("give", null), sent.promise]);
  });

  it("breaks off at a frame that is too large, or is none", async () => {
    for (const bytes of [Buffer.alloc(FRAME_BYTES_MAX), null]) {
      const back = new PassThrough();
      const peer = createPeer({
        input: back,
        output: new PassThrough(),
        answers: {},
        describeError: String,
        frameBytesMax: FRAME_BYTES_MAX,
      });
      const call = peer.call("x", null);
      const lengths = Buffer.alloc(8);
      lengths.writeUInt32LE(bytes === null ? 0 : 2, 0);
      lengths.writeUInt32LE(bytes?.length ?? 0, 4);
      back.write(lengths);
      await assert.rejects(call, (error) => error instanceof PeerError && error.value === null);
    }
  });
});
