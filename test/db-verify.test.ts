/** `plimsoll db verify`: whether a database gives the answers that are known. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-verify-"));
const ID = "RUSTSEC-2021-0079";
after(() => rmSync(folder, { recursive: true, force: true }));

/** A database of one record about the crate `hyper`, whose version 0.13.5 is known to be affected. */
async function verify(name: string, id: string, fixed: string, ...args: readonly string[]): Promise<Run> {
  const env = { PLIMSOLL_DB_DIR: join(folder, name) };
  const from = join(folder, `${name}-feed`);
  mkdirSync(from);
  const range = { type: "SEMVER", events: [{ introduced: "0.0.0-0" }, { fixed }] };
  const record = {
    id,
    modified: "2030-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "crates.io", name: "hyper" }, ranges: [range] }],
  };
  writeFileSync(join(from, `${id}.json`), JSON.stringify(record));
  const built = await runInProcess(["db", "build", "--quiet", "--from", from], { env });
  assert.equal(built.exitCode, 0, built.stderr);
  return runInProcess(["db", "verify", ...args], { env });
}

describe("db verify", () => {
  it("counts what is right, and what it has nothing about", async () => {
    const { exitCode, stdout } = await verify("right", ID, "0.14.10");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^[0-9]+ of [0-9]+ known answers are right; [0-9]+ are about advisories/m);
  });

  it("fails for a wrong answer, and names it", async () => {
    const { exitCode, stderr } = await verify("wrong", ID, "0.13.5");
    assert.equal(exitCode, 1);
    assert.match(stderr, /DATABASE_INACCURATE/);
    assert.match(stderr, /pkg:cargo\/hyper@0\.13\.5 RUSTSEC-2021-0079: not_affected, not affected/);
  });

  it("tells it all as JSON", async () => {
    const { stdout } = await verify("json", ID, "0.14.10", "--format", "json");
    const { answers } = JSON.parse(stdout) as { answers: { right: number; wrong: readonly string[] } };
    assert.ok(answers.right > 0);
    assert.deepEqual(answers.wrong, []);
  });
});
