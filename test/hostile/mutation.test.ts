/**
 * Bytes changed at random in layers: unpacking ends, with a result that is complete or says why it is not. And random
 * layers merged as a plain model merges them.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compress } from "../helpers/oci-image.ts";
import {
  directory,
  file,
  hardLink,
  opaque,
  symlink,
  whiteout,
  writeTar,
  type TarEntry,
} from "../helpers/oci-tar.ts";
import { contents, unpackLayers } from "./run.ts";

const long = `${"folder/".repeat(30)}name`;
const tar = writeTar([
  directory("d"),
  file("d/a", "1".repeat(700)),
  file(long, "2"),
  file(`${long}2`, "3", { long: "gnu" }),
  symlink("s", "d/a"),
  hardLink("h", "d/a"),
  whiteout("x"),
  opaque("d"),
  file("end", "4"),
]);

const change = fc.record({
  at: fc.nat({ max: tar.length - 1 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});

describe("hostile: mutations", () => {
  it("of a tar end in a result", async () => {
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const mutated = Buffer.from(tar);
      for (const { at, bytes } of changes) mutated.set(bytes.subarray(0, mutated.length - at), at);
      const files = await unpackLayers([{ tar: mutated, compression: "none" }]);
      assert.equal(files.verification, "verified");
    });
    await fc.assert(property, { numRuns: 300, seed: 1 });
  });

  it("of compressed layers end in a result", async () => {
    const property = fc.asyncProperty(
      fc.constantFrom("gzip", "zstd", "gzip-members", "zstd-frames"),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (compression, changes) => {
        const blob = compress(tar, compression as "gzip");
        for (const { at, bytes } of changes) blob.set(bytes.subarray(0, 1), at % blob.length);
        await unpackLayers([{ tar, blob }], { chunkBytes: 100 });
      },
    );
    await fc.assert(property, { numRuns: 300, seed: 2 });
  });
});

// Few names, so that entries meet one another.
const path = fc
  .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("file"), path, content: fc.string({ maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("directory"), path, content: fc.constant("") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("whiteout"), path, content: fc.constant("") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("opaque"), path, content: fc.constant("") }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

describe("hostile: random layers", () => {
  it("merge as in a plain model", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 5 }),
      async (layers) => {
        const files = await unpackLayers(layers.map((steps) => ({ entries: steps.map(toEntry) })));
        const model = mergeModel(layers);
        assert.deepEqual(contents(files).sort(), [...model].map(([name, text]) => `${name}=${text}`).sort());
        assert.equal(files.fileCount, model.size);
      },
    );
    await fc.assert(property, { numRuns: 500, seed: 3 });
  });
});

function toEntry({ kind, path: name, content }: Step): TarEntry {
  if (kind === "whiteout") return whiteout(name);
  if (kind === "opaque") return opaque(name);
  return kind === "directory" ? directory(name) : file(name, content);
}

/** Files by path, the slow and plain way: removals of a layer first, then what it brings. */
function mergeModel(layers: readonly (readonly Step[])[]): Map<string, string> {
  const files = new Map<string, string>();
  const remove = (matches: (name: string) => boolean): void => {
    for (const name of files.keys()) if (matches(name)) files.delete(name);
  };
  for (const steps of layers) {
    for (const { kind, path: gone } of steps) {
      if (kind === "whiteout") remove((name) => name === gone || name.startsWith(`${gone}/`));
      if (kind === "opaque") remove((name) => name.startsWith(`${gone}/`));
      if (kind === "directory") remove((name) => name === gone);
    }
    for (const { kind, path: added, content } of steps) {
      if (kind !== "file" && kind !== "directory") continue;
      // What stands in the way: files where this needs folders; and files or folders where this is a file.
      remove((name) => added.startsWith(`${name}/`) || (kind === "directory" && name === added));
      if (kind === "file") remove((name) => name.startsWith(`${added}/`));
      if (kind === "file") files.set(added, content);
    }
  }
  return files;
}
