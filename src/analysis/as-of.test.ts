import assert from "node:assert/strict";
import { test } from "node:test";
import type { Advisory } from "../domain/advisory.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { databaseAsOf, databaseOptionAsOf } from "./as-of.ts";

const advisories = [
  { id: "A-old", feed: "osv", publishedAt: "2030-01-01T00:00:00Z" },
  { id: "A-new", feed: "osv", publishedAt: "2030-03-01T00:00:00Z" },
  { id: "A-undated", feed: "alpine", publishedAt: null },
] as unknown as readonly Advisory[];

const database = {
  status: { updatedAt: "2030-03-30T00:00:00.000Z" },
  findAdvisories: () =>
    new Map([
      ["npm\nqs", advisories],
      ["npm\nnew", advisories.slice(1, 2)],
    ]),
  findContexts: () =>
    new Map([
      ["CVE-1", { kev: { dateAdded: "2030-01-01", ransomware: false }, epss: null }],
      ["CVE-2", { kev: { dateAdded: "2030-03-01", ransomware: false }, epss: null }],
    ]),
  close: () => {},
} as unknown as AdvisoryDatabase;

const now = new Date("2030-03-31T00:00:00Z");
const february = { at: new Date("2030-02-01T00:00:00Z"), now };

test("what was published later was not known then; what has no date may have been", () => {
  const undated = new Set<string>();
  const then = databaseAsOf(database, february, undated);
  const found = [then.findAdvisories([]), then.findAdvisories([])][1];
  assert.deepEqual(
    found?.get("npm\nqs")?.map(({ id }) => id),
    ["A-old", "A-undated"],
  );
  assert.equal(found?.has("npm\nnew"), false);
  assert.equal(undated.size, 1);
});

test("what CISA listed later was not exploited for all that one knew", () => {
  const contexts = databaseAsOf(database, february, new Set()).findContexts([]);
  assert.deepEqual([contexts.get("CVE-1")?.kev === null, contexts.get("CVE-2")?.kev], [false, null]);
});

for (const at of ["2030-02-01T00:00:00Z", "2031-02-01T00:00:00Z"]) {
  test(`the database is as old at ${at} as it is now`, () => {
    const then = databaseAsOf(database, { at: new Date(at), now }, new Set());
    assert.equal(Date.parse(at) - Date.parse(then.status.updatedAt), 24 * 3_600_000);
  });
}

test("a database that is opened on demand is the same", async () => {
  const option = databaseOptionAsOf(async () => database, february, new Set());
  const opened = typeof option === "function" ? await option(new Set()) : null;
  assert.equal(opened?.findAdvisories([]).get("npm\nqs")?.length, 2);
  assert.equal(databaseOptionAsOf(null, february, new Set()), null);
});
