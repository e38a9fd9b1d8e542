/**
 * Several results of one run: which goes where, what is refused before the work, templates, and ids alone.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-outputs-"));
const run = (...args: readonly string[]) => runInProcess(args, { cwd: folder });
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

before(() => {
  writeFileSync(join(folder, "Dockerfile"), "FROM alpine:latest\nADD . /app\n");
  const components = [{ type: "library", name: "qs", version: "6.7.0", purl: "pkg:npm/qs@6.7.0" }];
  const document = { bomFormat: "CycloneDX", specVersion: "1.5", version: 1, components };
  writeFileSync(join(folder, "app.cdx.json"), JSON.stringify(document));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("each format goes into its file, and the result of --format stays on standard output", async () => {
  const outputs = ["json=a.json", "sarif=a.sarif", "csv=a.csv", "junit=a.xml", "html=a.html"];
  const { exitCode, stdout, stderr } = await run(
    "lint",
    ...outputs.flatMap((output) => ["--output", output]),
    "Dockerfile",
  );
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /latest/);
  assert.equal((JSON.parse(read("a.json")) as { schema: string }).schema, "urn:plimsoll:report:lint:1");
  assert.match(read("a.sarif"), /"version": "2\.1\.0"/);
  assert.match(read("a.csv"), /^target,kind,id,/);
  assert.match(read("a.xml"), /^<\?xml/);
  assert.match(read("a.html"), /^<!doctype html>/);
});

test("a file without a format takes the main result, and nothing is left for standard output", async () => {
  const { stdout } = await run(
    "lint",
    "--format",
    "json",
    "-o",
    "main.json",
    "-o",
    "csv=b.csv",
    "Dockerfile",
  );
  assert.equal(stdout, "");
  assert.match(read("main.json"), /urn:plimsoll:report:lint:1/);
  assert.ok(existsSync(join(folder, "b.csv")));
});

test("documents of packages in several formats, from one reading", async () => {
  const { stdout, stderr } = await run(
    "sbom",
    "--format",
    "list",
    "-o",
    "spdx=app.spdx.json",
    "-o",
    "json=app.json",
    `sbom://${join(folder, "app.cdx.json")}`,
  );
  assert.match(stdout, /qs/, stderr);
  assert.match(read("app.spdx.json"), /"SPDX-2/);
  assert.doesNotMatch(read("app.json"), /"SPDX-2/);
});

const refused: readonly (readonly [name: string, code: string, args: readonly string[]])[] = [
  ["a format that is none", "USAGE", ["-o", "sarf=x.sarif"]],
  ["two files for the main result", "USAGE", ["-o", "x", "-o", "y"]],
  ["one file for two results", "USAGE", ["-o", "json=x", "-o", "csv=x"]],
  ["a folder that is not there", "OUTPUT_FAILED", ["-o", "json=absent/x.json"]],
  ["a template that is not named", "USAGE", ["--format", "template"]],
  ["a template that is not there", "FILE_NOT_FOUND", ["--template", "absent.txt"]],
];
for (const [name, code, args] of refused) {
  test(`refused: ${name}`, async () => {
    const { exitCode, stdout, stderr } = await run("lint", ...args, "Dockerfile");
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, new RegExp(`error ${code}`));
  });
}

test("a file's name with = is one with ./ before it", async () => {
  const { exitCode } = await run("lint", "-o", "./a=b", "Dockerfile");
  assert.equal(exitCode, 0);
  assert.match(read("a=b"), /latest/);
});

test("--template makes a document of one's own, escaped by its name", async () => {
  writeFileSync(join(folder, "own.txt"), "{{#findings}}\n{{check}} at {{line}}\n{{/findings}}\n");
  writeFileSync(join(folder, "own.html"), "<p>{{file}}</p>");
  const { stdout, stderr } = await run("lint", "--template", "own.txt", "Dockerfile");
  assert.match(stdout, /^(?:\S+ at \d*\n)+$/, stderr);
  writeFileSync(join(folder, "a&b"), "FROM alpine:latest\n");
  assert.equal((await run("lint", "--template", "own.html", "a&b")).stdout, "<p>a&#38;b</p>\n");
});

test("--only-id prints ids and nothing else", async () => {
  const { stdout } = await run("lint", "--only-id", "Dockerfile");
  assert.match(stdout, /^(?:[A-Z]+(?:-[A-Z0-9]+)+\n)+$/);
});
