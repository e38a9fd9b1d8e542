/** Custom rules: what meets them, what does not, what cannot be told, and what is no rule. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleFindings } from "../../../test/golden/sample-analysis.ts";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { toFactsDocument } from "../facts-document.ts";
import { factsWith } from "../fixtures/facts.ts";
import { judgeByRules } from "./judge.ts";
import { compileRules } from "./rules.ts";

function judge(
  rule: string,
  changes: Partial<ImageFacts> = {},
  optional: readonly string[] = [],
): PolicyOutcome {
  return judgeByRules({ rules: [rule], optional }, toFactsDocument(factsWith(changes)));
}

const met: readonly string[] = [
  'image.user != "root"',
  "image.sizeBytes < 100 * 1000 * 1000",
  "image.layerCount + 1 == 4",
  'distro.id == "debian" && int(distro.versionId) >= 12',
  "findings.filter(f, f.counted && f.kev)",
  "packages.all(p, p.licenses.size() > 0 || p.ownedBy == null)",
  "findings.size() == 0",
  'now > timestamp("2026-01-01T00:00:00Z")',
  'timestamp(image.createdAt) > now - duration("720h")',
  'image.labels.?maintainer.orValue("nobody") == "nobody"',
  "!has(image.labels.maintainer)",
  'packages.exists(p, p.name.matches("^lib.*3$") || true)',
  "database.ageHours < 24.5",
];

describe("rules that are met", () => {
  for (const expression of met) {
    it(expression, () => assert.deepEqual(judge(expression), { status: "met" }));
  }
});

describe("rules that are not met", () => {
  it("a bool is one deviation, which quotes the rule", () => {
    const outcome = judge('image.user == "root"');
    assert.equal(outcome.status, "not_met");
    assert.deepEqual(
      outcome.deviations.map(({ message }) => message),
      ['rule 1 does not hold: image.user == "root"'],
    );
  });

  it("a text of a list is a message", () => {
    const outcome = judge('image.user == "root" ? [] : ["runs as " + image.user]');
    assert.equal(outcome.status, "not_met");
    assert.deepEqual(
      outcome.deviations.map(({ message }) => message),
      ["runs as 65532"],
    );
  });

  it("a map says what it wants to", () => {
    const outcome = judge(
      'packages.map(p, {"message": "old", "purl": p.purl, "vulnerability": "CVE-1", "layer": "sha256:a", "remediation": "update"})',
    );
    assert.equal(outcome.status, "not_met");
    assert.deepEqual(outcome.deviations, [
      {
        message: "old",
        purl: factsWith().packages?.[0]?.purl,
        vulnerability: "CVE-1",
        layer: "sha256:a",
        columns: {},
        remediation: "update",
      },
    ]);
  });

  it("a finding tells its package, its layer and its id", () => {
    const outcome = judge("findings.filter(f, f.counted && f.score != null && f.score >= 7)", {
      findings: sampleFindings,
    });
    assert.equal(outcome.status, "not_met");
    assert.ok(outcome.deviations.length > 0);
    for (const { message, purl, vulnerability } of outcome.deviations) {
      assert.ok(purl?.startsWith("pkg:"));
      assert.ok(vulnerability !== null && message.startsWith(`${vulnerability} in `));
    }
  });

  it("two facts can be joined", () => {
    const expression = "findings.filter(f, packages.exists(p, p.purl == f.purl))";
    const packages = sampleFindings.map((finding) => finding.package);
    assert.equal(judge(expression, { findings: sampleFindings, packages }).status, "not_met");
  });
});

describe("what cannot be told is no data", () => {
  const missing = { findings: "no vulnerability database was asked" };
  it("a fact that is missing, with its reason", () => {
    assert.deepEqual(judge("findings.size() == 0", { findings: null, missing }), {
      status: "no_data",
      reason: "no vulnerability database was asked",
    });
  });

  it("the configuration is the image's", () => {
    const outcome = judge('image.user != "root"', { config: null, missing: { config: "a folder has none" } });
    assert.deepEqual(outcome, { status: "no_data", reason: "a folder has none" });
  });

  it("unless the rules say that they know what null means", () => {
    assert.deepEqual(judge("findings == null", { findings: null, missing }, ["findings"]), { status: "met" });
  });

  it("a fact with a gap proves a deviation and never its absence", () => {
    const gap = { missing: { findings: "nothing for npm" } };
    assert.deepEqual(judge("findings.size() == 0", gap), { status: "no_data", reason: "nothing for npm" });
    assert.equal(judge("findings.size() > 0", gap).status, "not_met");
  });

  const failing: readonly (readonly [expression: string, reason: RegExp])[] = [
    ['image.labels.nope == "x"', /^rules\[0\]: No such key: nope$/],
    ["1 / (image.layerCount - 3) == 1", /^rules\[0\]: .*zero/i],
    ['image.user.matches("(")', /^rules\[0\]: /],
    ['distro.name + image.labels["a"] == ""', /^rules\[0\]: /],
  ];
  for (const [expression, reason] of failing) {
    it(`fails: ${expression}`, () => {
      const outcome = judge(expression);
      assert.equal(outcome.status, "no_data");
      assert.match(outcome.reason, reason);
    });
  }

  it("a search for secrets that left something out", () => {
    const rule = "secrets.filter(s, !s.removed)";
    const secrets = { findings: [], notListed: 0, notSearched: [] };
    assert.deepEqual(judge(rule, { secrets }), { status: "met" });
    assert.deepEqual(judge(rule, { secrets: { ...secrets, notSearched: ["a.bin is too large"] } }), {
      status: "no_data",
      reason: "not everything was searched: a.bin is too large",
    });
    assert.equal(judge(rule, { secrets: { ...secrets, notListed: 2 } }).status, "no_data");
  });

  it("system files whose bytes nobody compared", () => {
    const systemFiles = { ...factsWith().systemFiles, compared: 0 } as ImageFacts["systemFiles"];
    const outcome = judge("systemFiles.modified.count == 0", { systemFiles });
    assert.equal(outcome.status, "no_data");
  });

  it("no rules at all", () => {
    const outcome = judgeByRules({ rules: [], optional: [] }, toFactsDocument(factsWith()));
    assert.deepEqual(outcome, { status: "no_data", reason: "the policy has no rules" });
  });

  it("a rule that may take too long on this image is not begun", () => {
    const [finding] = sampleFindings;
    assert.ok(finding !== undefined);
    const many = Array.from({ length: 10_000 }, () => finding);
    const outcome = judge("findings.filter(f, findings.exists(g, f.id == g.id + 'x'))", { findings: many });
    assert.equal(outcome.status, "no_data");
    assert.match(outcome.reason, /may take \d+ steps/);
  });
});

it("a pattern that stops other engines takes no time", () => {
  const labels = { a: `${"a".repeat(5_000)}b` };
  const config = factsWith().config;
  assert.ok(config !== null);
  const outcome = judge('!image.labels["a"].matches("^(a+)+$")', { config: { ...config, labels } });
  assert.deepEqual(outcome, { status: "met" });
});

const refused: readonly (readonly [expression: string, reason: RegExp])[] = [
  ["findings.filter(", /^rules\[0\]: /],
  ["findings.filter(f, f.sevrity == 'high')", /there is no field sevrity; known: id, aliases/],
  ["image.usr == ''", /there is no field usr/],
  ["finding.size() == 0", /finding/],
  ['"text"', /gives a string/],
  ["findings.exists(a, findings.exists(b, findings.exists(c, true)))", /nested 3 deep/],
  ["1 + true == 2", /^rules\[0\]: /],
  [`${"!".repeat(3_000)}true`, /^rules\[0\]: /],
  ["process.exit() == 1", /process/],
];

describe("what is no rule is refused before any image is looked at", () => {
  for (const [expression, reason] of refused) {
    it(expression.slice(0, 60), () => {
      assert.throws(() => compileRules([expression]), { message: reason });
    });
  }

  it("nothing of the language can be reached through an image's own names", () => {
    const outcome = judge('image.labels["constructor"] == "x"');
    assert.equal(outcome.status, "no_data");
  });
});
