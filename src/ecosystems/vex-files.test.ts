import assert from "node:assert/strict";
import { test } from "node:test";
import { collectVexFiles, isVexFile } from "./vex-files.ts";

const rows: [path: string, expected: boolean][] = [
  ["app.vex.json", true],
  ["srv/deep/app.vex.json", true],
  ["var/lib/vex/a.json", true],
  ["var/lib/vex/deep/a.xml", true],
  ["usr/share/vex/a.json", true],
  ["etc/vex/a.json", true],
  ["var/lib/vex/readme.txt", false],
  ["srv/var/lib/vex/a.json", false],
  ["vex.json", false],
  ["app.vex.json.gz", false],
];

test("vex files: which files of an image are VEX documents", () => {
  for (const [path, expected] of rows) assert.equal(isVexFile(path), expected, path);
});

test("vex files: their text with its place, and no more than fit", () => {
  const wanted = (path: string) => ({
    path,
    bytes: Buffer.from("\ufeff{}"),
    layer: "sha256:1",
    layerIndex: 0,
  });
  const { files, problems } = collectVexFiles([wanted("a.vex.json"), wanted("package.json")]);
  assert.deepEqual(files, [{ path: "a.vex.json", layer: "sha256:1", layerIndex: 0, text: "{}" }]);
  assert.deepEqual(problems, []);
  const many = collectVexFiles(Array.from({ length: 202 }, (_, index) => wanted(`${index}.vex.json`)));
  assert.deepEqual(
    [many.files.length, many.problems.map(({ code }) => code)],
    [200, ["VEX_FILES_IGNORED", "VEX_FILES_IGNORED"]],
  );
});
