/** What may stand at the cursor, and the script that makes bash ask. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { completionScripts } from "../src/cli/completion/scripts.ts";
import { runCommand, runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-completion-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** `has` are among the candidates, `lacks` are not; `files`: names of files are candidates too. */
const rows: readonly {
  readonly words: readonly string[];
  readonly has: readonly string[];
  readonly lacks?: readonly string[];
  readonly files?: true;
}[] = [
  { words: [""], has: ["cves", "completion"], lacks: ["__complete"] },
  { words: ["qu"], has: ["quickview"], lacks: ["cves"] },
  { words: ["cves", "--only-f"], has: ["--only-fixed", "--only-fix-state"], lacks: ["--format"] },
  { words: ["cves", "--format", ""], has: ["sarif", "html"] },
  { words: ["cves", "--format=s"], has: ["--format=sarif"], lacks: ["--format=json"] },
  { words: ["cves", "--only-fixed", ""], has: ["registry://", "sbom://"], files: true },
  { words: ["cves", "-o", ""], has: [], files: true },
  { words: ["db", ""], has: ["update", "verify"], lacks: ["cves"] },
  { words: ["db", "query", "--e"], has: ["--explain"] },
  { words: ["qv", "--for"], has: ["--format"] },
  { words: ["--config", "x.yaml", "cves", "--sort", ""], has: ["risk"] },
  { words: ["cves", "--", "--f"], has: [], lacks: ["--format"], files: true },
];
for (const { words, has, lacks = [], files } of rows) {
  test(`plimsoll ${words.join(" ")}`, async () => {
    const { stdout, stderr } = await runInProcess(["__complete", ...words]);
    const lines = stdout.trimEnd().split("\n");
    const values = lines.slice(0, -1).map((line) => line.split("\t")[0] ?? "");
    assert.equal(lines.at(-1), files === true ? ":0" : ":4", stderr);
    for (const value of has) assert.ok(values.includes(value), `${value} in ${values.join(" ")}`);
    for (const value of lacks) assert.ok(!values.includes(value), value);
  });
}

test("bash completes by the script, also behind = and :", async () => {
  const program = join(folder, "plimsoll");
  // Answers as the program does, without starting it for each key.
  const answers = `case "$*" in
    *"cves --fo") printf -- '--format\\tformat of the result\\n:4\\n';;
    *"cves --format=s") printf -- '--format=sarif\\n:4\\n';;
    *"cves reg") printf 'registry://\\tthe registry only\\n:0\\n';;
  esac`;
  writeFileSync(program, `#!/bin/sh\n[ "$1" = __complete ] || exit 1\n${answers}\n`);
  chmodSync(program, 0o755);
  const asked = (line: string, words: string): string =>
    `COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDS=(${words}) COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _plimsoll; echo "\${COMPREPLY[*]}"`;
  const script = [
    completionScripts.bash,
    `cd ${folder}`,
    asked("plimsoll cves --fo", "plimsoll cves --fo"),
    asked("plimsoll cves --format=s", "plimsoll cves --format = s"),
    asked("plimsoll cves reg", "plimsoll cves reg"),
  ].join("\n");
  const { stdout, stderr } = await runCommand("bash", ["--norc", "-c", script], {
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
  });
  assert.deepEqual(stdout.trimEnd().split("\n"), ["--format", "sarif", "registry://"], stderr);
});
