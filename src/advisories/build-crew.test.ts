import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { file, writeTar } from "../../test/helpers/oci-tar.ts";
import { PlimsollError } from "../domain/error.ts";
import { buildDatabase, type BuildReport } from "./build.ts";
import { createEntryRuns } from "./entry-runs.ts";
import { mergeRuns } from "./merge-runs.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-crew-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Some 1.5 MB, so that there is more than one batch; copies, newer ones and withdrawn ones among them. */
function archive(): string {
  const entries = Array.from({ length: 3_000 }, (_, at) => {
    const name = `package-${(at * 7919) % 1_000}`;
    const record = {
      id: `TEST-${(at * 31) % 2_500}`,
      modified: `2024-01-${String(1 + ((at * 17) % 28)).padStart(2, "0")}T00:00:00Z`,
      ...(at % 40 === 0 && { withdrawn: "2024-02-01T00:00:00Z" }),
      summary: `number ${at} ${"words ".repeat(40)}`,
      affected: [
        { package: { ecosystem: at % 3 === 0 ? "PyPI" : "npm", name }, versions: [`1.${at}.0`] },
        { package: { ecosystem: "Nowhere", name }, versions: ["1"] },
      ],
    };
    return file(`${at}.json`, JSON.stringify(at % 50 === 1 ? { ...record, affected: [null] } : record));
  });
  const path = join(root, "records.tar");
  writeFileSync(path, writeTar(entries));
  return path;
}

function build(path: string, threads: number, feed: string | null = null): Promise<BuildReport> {
  const dir = join(root, `built-${threads}`);
  const now = new Date("2026-11-21T12:00:00Z");
  return buildDatabase({ inputs: [{ path, feed }], dir, now, demonstration: false, threads });
}

function files(threads: number): (readonly [string, string])[] {
  const dir = join(root, `built-${threads}`);
  assert.deepEqual(readdirSync(dir).sort(), ["manifest.json", "segments"]);
  const names = readdirSync(join(dir, "segments")).sort();
  const paths = ["manifest.json", ...names.map((name) => join("segments", name))];
  return paths.map((path) => [path, readFileSync(join(dir, path), "latin1")]);
}

describe("a build by several threads", () => {
  it("gives the same files and numbers as by one", async () => {
    const path = archive();
    const alone = await build(path, 0);
    const together = await build(path, 2);
    assert.deepEqual(together, alone);
    assert.ok(alone.inputs[0]?.withdrawn === 75 && alone.inputs[0].invalid === 60);
    assert.ok(files(0).length > 2);
    assert.deepEqual(files(2), files(0));
  });

  it("ends with what a thread could not read, and leaves nothing", async () => {
    const path = join(root, "broken.json");
    writeFileSync(path, JSON.stringify({ id: "X-1", affected: [] }));
    const isInvalid = (error: unknown): boolean =>
      error instanceof PlimsollError && error.code === "FEED_INVALID";
    await assert.rejects(build(path, 1, "kev"), isInvalid);
    assert.deepEqual(readdirSync(join(root, "built-1")), []);
  });
});

describe("runs of entries", () => {
  it("merge in order, on disk or not: of equal keys the newest, then the one of the highest order", () => {
    const names = ["b", "a", "\u{1f600}", "\uffee", "a".repeat(200_000), "c"];
    const entries = names.flatMap((key, at) =>
      [3, 1, 2].map((instant) => ({
        order: instant,
        entry: { key, entryKey: `e${at % 2}`, modifiedAt: "2024", body: `${key.length} of ${instant}` },
      })),
    );
    const older = { key: "b", entryKey: "e0", modifiedAt: "2023", body: "older" };
    for (const folder of [null, join(root, "runs")]) {
      const [one, two, three] = [0, 1, 2].map((at) => createEntryRuns(folder, `run-${at}`));
      assert.ok(one !== undefined && two !== undefined && three !== undefined);
      for (const { order, entry } of entries) [one, two, three][order - 1]?.add("part", order, entry);
      one.add("other", 1, older);
      three.add("part", 9, older);
      const runs = [three, one, two].flatMap((each) => [...each.finish()]);
      const merged = [...mergeRuns(runs, "part")];
      assert.deepEqual(
        merged.map(({ key }) => key),
        [...names].sort(),
      );
      for (const { key, body } of merged) assert.equal(body.toString(), `${key.length} of 3`);
      assert.deepEqual([...mergeRuns(runs, "nobody")], []);
    }
  });
});
