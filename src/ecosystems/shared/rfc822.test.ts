import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readStanzas } from "./rfc822.ts";

const wanted = new Set(["name", "note"]);

describe("stanzas", () => {
  it("keep the wanted fields, joined continuations and repeated values", () => {
    const text = "Name: a\r\nOther: x\n ignored\nNOTE: one\n two\n\ttabbed\nNote:three\n\n\n \nName: b";
    const stanzas = [...readStanzas(text, wanted)];
    assert.deepEqual(
      stanzas.map((stanza) => [stanza.line, Object.fromEntries(stanza.fields), stanza.badLines]),
      [
        [1, { name: "a", note: "one\ntwo\ntabbed" }, 0],
        [11, { name: "b" }, 0],
      ],
    );
    assert.deepEqual(stanzas[0]?.repeated.get("note"), ["one\ntwo\ntabbed", "three"]);
  });

  it("count the lines that are no fields", () => {
    const [stanza] = readStanzas(" lost\nno colon\n: no name\ntwo words: x\nName: a\n", wanted);
    assert.equal(stanza?.badLines, 4);
    assert.equal(stanza?.fields.get("name"), "a");
  });

  it("take a line of white space as a continuation in mail headers", () => {
    const [stanza] = readStanzas("Other: x\n  \n  y\nName: a\n\nbody", wanted, "folded");
    assert.equal(stanza?.fields.get("name"), "a");
  });

  it("are none in an empty text", () => {
    assert.deepEqual([...readStanzas("\n\n", wanted)], []);
  });
});
