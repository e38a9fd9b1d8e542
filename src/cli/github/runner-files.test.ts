/** Files that a step leaves. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cutMarkdown, writeOutputValues } from "./runner-files.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-runner-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("an output may hold any text, and cannot become another output", async () => {
  const file = join(folder, "output");
  const value = "a\nplimsoll_0\nexit-code<<x\n0\nx";
  await writeOutputValues(file, { cves: value, "exit-code": "2" });
  const [, , inside, , code] =
    /^cves<<(\S+)\n([\s\S]*)\n\1\nexit-code<<(\S+)\n(\d)\n\3\n$/.exec(readFileSync(file, "utf8")) ?? [];
  assert.deepEqual([inside, code], [value, "2"]);
});

test("what is too long is cut at a line, closed, and says so", () => {
  const row = "| pkg | 1.0.0 | ü |\n";
  const text = `<details><summary>All</summary>\n\n${row.repeat(1000)}\n</details>\n`;
  const cut = cutMarkdown(text, 8000);
  assert.ok(Buffer.byteLength(cut) <= 8000);
  assert.doesNotMatch(cut, /�/);
  assert.equal(cut.split("<details>").length, cut.split("</details>").length);
  assert.match(cut, /This is not all/);
  assert.equal(cutMarkdown(text, 1_000_000), text);
});
