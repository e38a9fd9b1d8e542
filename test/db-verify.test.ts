/** Whether a database gives the answers that are known: `plimsoll db verify`, and before another one is taken in its place. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-verify-"));
type Env = Readonly<Record<string, string>>;
const ID = "RUSTSEC-2021-0079";
after(() => rmSync(folder, { recursive: true, force: true }));

/** A database of one record about the crate `hyper`, whose version 0.13.5 is known to be affected. */
async function build(name: string, id: string, fixed: string, day = "01"): Promise<Env> {
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
  const now = new Date(`2030-01-${day}T00:00:00Z`);
  const built = await runInProcess(["db", "build", "--quiet", "--from", from], { env, now });
  assert.equal(built.exitCode, 0, built.stderr);
  return env;
}

async function verify(name: string, id: string, fixed: string, ...args: readonly string[]): Promise<Run> {
  return runInProcess(["db", "verify", ...args], { env: await build(name, id, fixed) });
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

describe("db import", () => {
  let number = 0;

  /** Takes a database with one record in the place of one that answers rightly. */
  async function replace(id: string, fixed: string, ...args: readonly string[]) {
    number += 1;
    const bundle = join(folder, `${number}.tar`);
    const exported = await runInProcess(["db", "export", bundle], {
      env: await build(`new-${number}`, id, fixed, "02"),
    });
    assert.equal(exported.exitCode, 0, exported.stderr);
    const env = await build(`old-${number}`, ID, "0.14.10");
    const digest = async (): Promise<unknown> => {
      const { stdout } = await runInProcess(["db", "status", "--format", "json"], { env });
      return (JSON.parse(stdout) as { digest: unknown }).digest;
    };
    const before = await digest();
    const run = await runInProcess(["db", "import", bundle, ...args], { env });
    return { run, isChanged: before !== (await digest()) };
  }

  it("holds back what answers wrongly", async () => {
    const { run, isChanged } = await replace(ID, "0.13.5");
    assert.deepEqual([run.exitCode, isChanged], [1, false]);
    assert.match(run.stderr, /DATABASE_HELD_BACK.*RUSTSEC-2021-0079: not_affected, not affected/);
  });

  it("holds back what has lost an answer", async () => {
    const { run, isChanged } = await replace("RUSTSEC-2000-0001", "0.14.10");
    assert.deepEqual([run.exitCode, isChanged], [1, false]);
    assert.match(run.stderr, /DATABASE_HELD_BACK.*RUSTSEC-2021-0079: no longer in the database/);
  });

  it("takes both when told to", async () => {
    for (const id of [ID, "RUSTSEC-2000-0001"]) {
      const { run, isChanged } = await replace(id, "0.13.5", "--accept-answers");
      assert.deepEqual([run.exitCode, isChanged], [0, true], run.stderr);
    }
  });

  it("takes what answers as well as before", async () => {
    const { run, isChanged } = await replace(ID, "0.14.11");
    assert.deepEqual([run.exitCode, isChanged], [0, true], run.stderr);
  });
});
