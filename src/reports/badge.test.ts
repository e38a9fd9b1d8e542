import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanAnalysis } from "../../test/golden/sample-analysis.ts";
import { badgeOf, writeBadge } from "./badge.ts";

test("badge: the grade of the verdict", () => {
  const score = { grade: "B", percent: 84, scored: 84, total: 100, reason: null } as const;
  const verdict = { status: "met", results: [], score } as const;
  const badge = badgeOf({ verdict, demonstration: false }, "health");
  assert.deepEqual([badge.label, badge.value], ["health", "B 84 %"]);
  assert.match(writeBadge(badge), /^<svg [^>]*aria-label="health: B 84 %">.*<\/svg>\n$/);
});

test("badge: what is not known and what is a demonstration are no grade", () => {
  assert.equal(badgeOf({ verdict: null, demonstration: false }, "x").value, "no grade");
  assert.equal(badgeOf({ ...cleanAnalysis, demonstration: true }, "x").value, "demonstration");
});

test("badge: a label cannot leave its place", () => {
  const text = writeBadge({
    label: `</text><script>alert("1")</script>\u0007${"x".repeat(500)}`,
    value: "A",
    color: "#000",
  });
  assert.doesNotMatch(text, /<script|\u0007/);
  assert.ok(text.length < 2000);
});
