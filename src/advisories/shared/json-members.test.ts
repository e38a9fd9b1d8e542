import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonMembers } from "./json-members.ts";

/** Pieces of some bytes, in memory that is used again. */
function* piecesOf(text: string, size: number): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  const memory = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
  }
}

function read(text: string, size = 1_000): Record<string, unknown> {
  return Object.fromEntries(
    [...jsonMembers(piecesOf(text, size), 1)].map(({ path, value }) => [path.join("/"), value]),
  );
}

describe("members of a large object", () => {
  const objects = [
    "{}",
    " { } ",
    '{"a":1}',
    '{"a": 1 , "b" :-2.5e3,"c":null,"d":true}',
    '{"a":"}","b":"\\"}","c":"\\\\","d":"\\\\\\"{"}',
    '{"a":{"b":{"c":[1,{"d":"]"}]}},"e":[[],{}]}\n',
    '{"\\u00e9\\"x":"\u00e9 \u{1f600}"}',
    '\ufeff{"a":[]}',
  ];
  for (const text of objects) {
    it(`are those of ${JSON.stringify(text).slice(0, 60)}`, () => {
      assert.deepEqual(read(text), JSON.parse(text.replace("\ufeff", "")));
      for (const size of [1, 2, 3, 7]) assert.deepEqual(read(text, size), read(text));
    });
  }

  it("are read one level further down", () => {
    const text = '{"a":{"x":1,"y":{"z":[{}]}}, "b":{ }, "c":[{"d":1}], "e":null,"f":{"}":"{"}}';
    for (const size of [1, 3, 1_000]) {
      assert.deepEqual(
        [...jsonMembers(piecesOf(text, size), 2)].map(({ path, value }) => [...path, value]),
        [
          ["a", "x", 1],
          ["a", "y", { z: [{}] }],
          ["b", {}],
          ["c", [{ d: 1 }]],
          ["e", null],
          ["f", "}", "{"],
        ],
      );
    }
    for (let length = 0; length < text.length; length += 1) {
      assert.throws(() => [...jsonMembers(piecesOf(text.slice(0, length), 7), 2)], SyntaxError);
    }
  });

  it("are no more than are asked for, and the pieces are closed then", () => {
    let isClosed = false;
    function* pieces(): Generator<Uint8Array> {
      try {
        yield Buffer.from('{"a":1,"b":');
        assert.fail("was asked for more");
      } finally {
        isClosed = true;
      }
    }
    for (const { path } of jsonMembers(pieces(), 1)) {
      assert.deepEqual(path, ["a"]);
      break;
    }
    assert.ok(isClosed);
  });

  it("of random objects are those of the parser, and nothing is taken of one that is cut off", () => {
    const whole = { a: { "b\\": ['"', "\\", { c: [] }] }, "{": "}", d: [[{ e: ',"' }]], f: 1 };
    const text = JSON.stringify(whole);
    assert.deepEqual(read(text), whole);
    for (let length = 0; length < text.length; length += 1) {
      assert.throws(() => read(text.slice(0, length)), SyntaxError, String(length));
    }
  });

  for (const text of [
    "[]",
    '{"a"}',
    '{"a":}',
    "{a:1}",
    '{"a":1,}',
    '{"a":1}}',
    '{"a":1}x',
    '{"a":1 "b":2}',
    "{1:2}",
    '{"a":]}',
  ]) {
    it(`are refused of ${text}`, () => assert.throws(() => read(text), SyntaxError));
  }
});
