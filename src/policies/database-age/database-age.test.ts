import assert from "node:assert/strict";
import { test } from "node:test";
import type { DatabaseFacts } from "../../domain/policy.ts";
import { databaseWith } from "../fixtures/facts.ts";
import { run } from "../fixtures/run.ts";
import { databaseAge } from "./index.ts";

const others = [{ repository: "NodeSource", packageCount: 1 }];
type Row = [name: string, changes: Partial<DatabaseFacts>, config: object, status: string];
const rows: Row[] = [
  ["fresh", {}, {}, "met"],
  ["the last hour", { ageHours: 48 }, {}, "met"],
  ["the hour after", { ageHours: 49 }, {}, "not_met"],
  ["own hours", { ageHours: 24 }, { max_age_hours: 12 }, "not_met"],
  ["a space without a feed", { missingSpaces: ["hex"] }, {}, "not_met"],
  ["a space without a feed, allowed", { missingSpaces: ["hex"] }, { require_coverage: false }, "met"],
  ["packages of another repository", { otherRepositories: others }, {}, "not_met"],
  ["the demonstration", { demonstration: true }, {}, "not_met"],
  ["the demonstration, allowed", { demonstration: true }, { refuse_demonstration: false }, "met"],
];
for (const [name, changes, config, status] of rows) {
  test(`database-age: ${name}`, () => {
    assert.equal(run(databaseAge, { database: databaseWith(changes) }, config).status, status);
  });
}
