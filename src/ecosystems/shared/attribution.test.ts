import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rewrittenFile, wantedFile } from "../../../test/helpers/wanted-file.ts";
import { attribute } from "./attribution.ts";
import { decodeText } from "./text.ts";

const wordsOf = (bytes: Uint8Array) => new Set(decodeText(bytes).split(" "));

describe("the layer that brought a package", () => {
  const rows = [
    [
      "from the bottom on",
      [
        ["a", 0],
        ["a b", 2],
        ["a b", 5],
      ],
      "a",
      0,
    ],
    [
      "added in between",
      [
        ["a", 0],
        ["a b", 2],
        ["a b", 5],
      ],
      "b",
      2,
    ],
    [
      "added last",
      [
        ["a", 0],
        ["a b", 2],
        ["a b c", 5],
      ],
      "c",
      5,
    ],
    [
      "removed and added again",
      [
        ["a", 0],
        ["b", 1],
        ["a b", 4],
      ],
      "a",
      4,
    ],
    [
      "another version before",
      [
        ["a1", 0],
        ["a2", 3],
      ],
      "a2",
      3,
    ],
  ] as const;
  for (const [title, versions, identity, layerIndex] of rows) {
    it(title, () => {
      const evidence = attribute(rewrittenFile("db", versions), wordsOf)(identity);
      assert.deepEqual(evidence, { path: "db", layer: `sha256:layer${layerIndex}`, layerIndex });
    });
  }

  it("is the file's own layer without history", () => {
    assert.equal(attribute(wantedFile("db", "a", 3), wordsOf)("a").layerIndex, 3);
  });
});
