/**
 * `plimsoll versions compare` on standard input: answers stay beside their questions, whatever the lines are.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

function compare(scheme: string, stdin: string): Promise<Run> {
  return runInProcess(["versions", "compare", "--scheme", scheme], { stdin });
}

const rows = [
  {
    name: "blanks and tabs part the two",
    stdin: "1.0 2.0\n2.0\t1.0\n 1.0   1.0 \n",
    out: "-1\n1\n0\n",
    code: 0,
  },
  { name: "line ends of Windows", stdin: "1.0 2.0\r\n2.0\t1.0\r\n", out: "-1\n1\n", code: 0 },
  { name: "a last line without an end", stdin: "1.0 2.0\n2 1", out: "-1\n1\n", code: 0 },
  { name: "an empty line is answered by one", stdin: "1.0 2.0\n\n \t\r\n2 1\n", out: "-1\n\n\n1\n", code: 0 },
  {
    name: "what is no pair of versions",
    stdin: "1.0\n1 2 3\na: 1\n2 1\n",
    out: "invalid\ninvalid\ninvalid\n1\n",
    code: 1,
  },
  {
    name: "a line that is too long, and the ones after it",
    stdin: `1 2\n${"9".repeat(200_000)} 1\n1 2${" ".repeat(70_000)}3\n2 1\n${"9".repeat(70_000)}`,
    out: "-1\ninvalid\ninvalid\n1\ninvalid\n",
    code: 1,
  },
  { name: "nothing", stdin: "", out: "", code: 0 },
] as const;

for (const { name, stdin, out, code } of rows) {
  test(`versions compare: ${name}`, async () => {
    const run = await compare("deb", stdin);
    assert.equal(run.stdout, out);
    assert.equal(run.exitCode, code, run.stderr);
  });
}

test("versions compare: a bad line is named by its number", async () => {
  const run = await compare("apk", "1.0 1.0\n\nx y\n");
  assert.equal(run.stdout, "0\n\ninvalid\n");
  assert.match(run.stderr, /^error VERSION_INVALID: line 3: /);
});

test("versions compare: a scheme that does not exist, and one version alone", async () => {
  assert.match((await compare("no-such-scheme", "1 2\n")).stderr, /^error VERSION_SCHEME_UNKNOWN: /);
  const run = await runInProcess(["versions", "compare", "--scheme", "deb", "1.0"]);
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error USAGE: /);
});
