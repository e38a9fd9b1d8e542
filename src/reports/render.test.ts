import assert from "node:assert/strict";
import { test } from "node:test";
import { comparisonViews } from "../../test/golden/comparison-views.ts";
import {
  cleanAnalysis,
  hostileAnalysis,
  plainOptions,
  sampleAnalysis,
  sampleFindings,
} from "../../test/golden/sample-analysis.ts";
import type { Analysis } from "../domain/analysis.ts";
import { orderFindings } from "../domain/finding-order.ts";
import { renderReport, reportFormats } from "./render.ts";
import type { Report, RenderOptions } from "./types.ts";

const forPeople = ["table", "markdown", "html"];
const everyFormat = [
  "table",
  "markdown",
  "json",
  "sarif",
  "gitlab",
  "csv",
  "junit",
  "gitlab-codequality",
  "html",
];
const cves = (analysis: Analysis, findings = analysis.findings ?? []): Report => ({
  view: "cves",
  analysis,
  findings,
  filters: [],
});

const database = cleanAnalysis.database as NonNullable<Analysis["database"]>;
const states: readonly (readonly [label: string, id: string, analysis: Analysis])[] = [
  ["DEMONSTRATION DATA", "demonstration", { ...cleanAnalysis, demonstration: true }],
  ["INCOMPLETE", "incomplete", { ...cleanAnalysis, sbom: sampleAnalysis.sbom }],
  [
    "INCOMPLETE",
    "incomplete",
    { ...cleanAnalysis, problems: [{ code: "BLOB_MISSING", message: "x", path: null, layer: null }] },
  ],
  [
    "UNVERIFIED",
    "unverified",
    { ...cleanAnalysis, sbom: { ...cleanAnalysis.sbom, verification: "unverified" } },
  ],
  ["STALE DATABASE", "stale", { ...cleanAnalysis, database: { ...database, stale: true } }],
  [
    "PACKAGES NOT JUDGED",
    "unjudged-packages",
    { ...cleanAnalysis, database: { ...database, missingSpaces: ["npm"] } },
  ],
  [
    "PACKAGES OF OTHER REPOSITORIES",
    "other-repositories",
    {
      ...cleanAnalysis,
      database: { ...database, otherRepositories: [{ repository: "NodeSource", packageCount: 1 }] },
    },
  ],
  ["END OF LIFE", "end-of-life", { ...cleanAnalysis, endOfLife: "Alpine 3.11 has had no security fixes" }],
  ["NOT JUDGED", "not-judged", { ...cleanAnalysis, findings: null, database: null }],
];

for (const [label, id, analysis] of states) {
  for (const format of everyFormat) {
    test(`${format} says ${label} and never "no vulnerabilities"`, () => {
      const text = renderReport(format, cves(analysis), plainOptions);
      assert.ok(text.includes(format === "json" ? `"id": "${id}"` : label), text);
      assert.doesNotMatch(text, /No vulnerabilities found/);
    });
  }
  for (const view of ["quickview", "policy"] as const) {
    for (const format of forPeople) {
      test(`${format} of ${view} says ${label}`, () => {
        const report: Report = view === "policy" ? { view, analysis, platforms: [] } : { view, analysis };
        assert.ok(renderReport(format, report, plainOptions).includes(label));
      });
    }
  }
}

test("only a complete, fresh, verified result without findings is called clean", () => {
  for (const format of forPeople) {
    const text = renderReport(format, cves(cleanAnalysis), plainOptions);
    assert.match(text, /No vulnerabilities found\./);
    assert.doesNotMatch(text, /INCOMPLETE|STALE|UNVERIFIED|JUDGED|DEMONSTRATION|UNDETERMINED/);
  }
});

test("filters are named, and what they hide is counted", () => {
  const report: Report = {
    view: "cves",
    analysis: sampleAnalysis,
    findings: sampleFindings.slice(0, 1),
    filters: ["only critical"],
  };
  const text = renderReport("table", report, plainOptions);
  assert.match(text, /Filters\s+only critical/);
  assert.match(text, /not shown\s+10 findings/);
  const json = JSON.parse(renderReport("json", report, plainOptions)) as Record<string, unknown>;
  assert.equal(json["hiddenFindingCount"], 10);
});

test("the number of packages that cannot be judged is said per space", () => {
  assert.match(
    renderReport("table", cves(sampleAnalysis), plainOptions),
    /3 packages of npm cannot be judged/,
  );
});

test("findings of every class are counted apart", () => {
  const json = JSON.parse(renderReport("json", cves(sampleAnalysis), plainOptions)) as {
    counts: object;
    findings: { status: string; suppressed: boolean }[];
  };
  // 11 findings: 1 critical, 2 high, 2 medium, 1 low, 1 unspecified count; 3 are suppressed, 1 undetermined.
  assert.deepEqual(json.counts, {
    critical: 1,
    high: 2,
    medium: 2,
    low: 1,
    unspecified: 1,
    total: 7,
    suppressed: 3,
    undetermined: 1,
  });
  assert.equal(json.findings.length, 11);
  assert.match(
    renderReport("table", cves(sampleAnalysis), plainOptions),
    /7 vulnerabilities found in 5 packages/,
  );
});

test("packages come worst first, or in the order of the findings", () => {
  const order = (options: RenderOptions, findings = sampleFindings): readonly string[] =>
    [
      ...renderReport("table", cves(sampleAnalysis, findings), options).matchAll(
        /^ {2}\dC .*? {2}(\S+) \S+$/gm,
      ),
    ].map((found) => found[1] ?? "");
  assert.deepEqual(order(plainOptions), [
    "libssl3",
    "@types/node",
    "body-parser",
    "body-parser",
    "bash",
    "tzdata",
  ]);
  assert.deepEqual(order({ ...plainOptions, keepsOrder: true }, orderFindings(sampleFindings, "epss")), [
    "libssl3",
    "body-parser",
    "body-parser",
    "bash",
    "tzdata",
    "@types/node",
  ]);
});

test("only-packages lists all packages, or those with findings", () => {
  const analysis: Analysis = { ...sampleAnalysis, findings: sampleFindings.slice(0, 2) };
  const all = renderReport("table", cves(analysis), { ...plainOptions, onlyPackages: true });
  const some = renderReport("table", cves(analysis), {
    ...plainOptions,
    onlyPackages: true,
    onlyVulnPackages: true,
  });
  assert.match(all, /^ {2}bash /m);
  assert.match(some, /^ {2}libssl3 /m);
  assert.doesNotMatch(some, /^ {2}bash /m);
});

test("the worst platform decides, and a missing one is no data", () => {
  const met = { platform: "linux/amd64", analysis: cleanAnalysis, reason: null };
  const missing = {
    platform: "linux/arm64",
    analysis: null,
    reason: "the index has no image for this platform",
  };
  const failed = { platform: "linux/s390x", analysis: sampleAnalysis, reason: null };
  const head = (platforms: Extract<Report, { view: "policy" }>["platforms"]): string =>
    renderReport("table", { view: "policy", analysis: cleanAnalysis, platforms }, plainOptions).split(
      "\n",
    )[0] ?? "";
  assert.match(head([met]), /SUCCESS/);
  assert.match(head([met, missing]), /NO DATA .*linux\/arm64/);
  assert.match(head([met, missing, failed]), /FAILED .*linux\/s390x/);
});

test("a score that does not exist is N/A with its reason", () => {
  const verdict = {
    status: "met" as const,
    results: [],
    score: { grade: null, percent: null, scored: 0, total: 0, reason: "no policy is scored" },
  };
  const text = renderReport(
    "table",
    { view: "quickview", analysis: { ...cleanAnalysis, verdict } },
    plainOptions,
  );
  assert.match(text, /Health score {2}N\/A \(no policy is scored\)/);
});

test("a base image that is not known is said to be unknown, with the reason", () => {
  const analysis = { ...cleanAnalysis, baseImage: null, baseImageReason: "nothing names it" };
  assert.match(
    renderReport("table", { view: "quickview", analysis }, plainOptions),
    /Base image\s+unknown \(nothing names it\)/,
  );
});

test("SARIF: kinds, levels, suppressions, notifications and locations", () => {
  const log = JSON.parse(
    renderReport("sarif", cves({ ...sampleAnalysis, demonstration: true }), plainOptions),
  ) as {
    runs: [
      {
        tool: { driver: { rules: { id: string; properties: Record<string, unknown> }[] } };
        results: {
          ruleId: string;
          ruleIndex: number;
          kind: string;
          level: string;
          suppressions?: { justification: string }[];
          partialFingerprints: Record<string, string>;
          locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
        }[];
        invocations: [
          { executionSuccessful: boolean; toolExecutionNotifications: { descriptor: { id: string } }[] },
        ];
      },
    ];
  };
  const [run] = log.runs;
  const of = (id: string) => run.results.filter(({ ruleId }) => ruleId === id);
  assert.deepEqual(
    run.results.map(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId),
    run.results.map(() => true),
  );
  assert.equal(of("CVE-2099-0001")[0]?.level, "error");
  assert.equal(of("CVE-2099-0003")[0]?.level, "warning");
  assert.equal(of("CVE-2099-0004")[0]?.level, "note");
  // Nobody rated it: not harmless, and no score is made up.
  assert.equal(of("CVE-2099-0005")[0]?.level, "warning");
  const unrated = run.tool.driver.rules.find(({ id }) => id === "CVE-2099-0005");
  assert.equal(unrated?.properties["security-severity"], undefined);
  assert.match(of("CVE-2099-0006")[0]?.suppressions?.[0]?.justification ?? "", /not_affected.*Ann Example/);
  assert.equal(of("CVE-2099-0007")[0]?.kind, "review");
  assert.equal(of("CVE-2099-0007")[0]?.level, "none");
  const uris = of("CVE-2099-0003").map(
    ({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri,
  );
  assert.deepEqual(uris, [
    "srv/node_modules/body-parser/package.json",
    "srv/tools/node_modules/body-parser/package.json",
  ]);
  const prints = run.results.map(({ partialFingerprints }) => partialFingerprints["primaryLocationLineHash"]);
  assert.equal(new Set(prints).size, prints.length);
  assert.equal(run.invocations[0].executionSuccessful, false);
  const ids = run.invocations[0].toolExecutionNotifications.map(({ descriptor }) => descriptor.id);
  for (const id of ["demonstration", "incomplete", "stale", "PARSE_FAILED", "VEX_NOT_APPLIED"]) {
    assert.ok(ids.includes(id), id);
  }
});

test("colours are used only when asked, and change no text", () => {
  const colored = renderReport("table", cves(sampleAnalysis), { ...plainOptions, color: true });
  assert.match(colored, /\u001b\[31m/);
  assert.equal(
    colored.replace(/\u001b\[[0-9;]*m/g, ""),
    renderReport("table", cves(sampleAnalysis), plainOptions),
  );
});

test("a narrow terminal wraps prose and keeps package URLs whole", () => {
  const text = renderReport("table", cves(sampleAnalysis), { ...plainOptions, width: 40 });
  assert.ok(text.includes("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12"));
  for (const line of text.split("\n").filter((line) => line.includes("INCOMPLETE")))
    assert.ok(line.length <= 60);
});

const hostile = hostileAnalysis();
const full: RenderOptions = { ...plainOptions, details: true, locations: true, epss: true };
const hostileReports: readonly Report[] = [
  { ...cves(hostile), filters: ["package ::x"] } as Report,
  { view: "quickview", analysis: hostile },
  { view: "policy", analysis: hostile, platforms: [{ platform: "::x", analysis: hostile, reason: null }] },
  { view: "explain", analysis: hostile, vulnerability: "::stop", findings: hostile.findings ?? [] },
  ...comparisonViews(hostile),
];

for (const format of reportFormats) {
  for (const report of hostileReports.filter(({ view }) => format.views.includes(view))) {
    for (const options of [full, { ...full, onlyPackages: true }, { ...full, width: 60 }]) {
      test(`${format.id} of ${report.view}: hostile text gives no orders (${options.width}, ${options.onlyPackages})`, () => {
        const text = format.render(report, options);
        // No control or bidi character but line ends, no runner command at the start of a line or within it.
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
        assert.doesNotMatch(text, /^[ \t]*::|##\[|##vso\[/m);
        assert.ok(text.isWellFormed());
      });
    }
  }
}

for (const report of hostileReports) {
  test(`markdown of ${report.view}: hostile text adds no markup`, () => {
    const text = renderReport("markdown", report, full);
    const opened = text.match(/<details>/g)?.length ?? 0;
    assert.equal(text.match(/<\/details>/g)?.length ?? 0, opened);
    // Every tag in the document is one that the renderer writes itself.
    const tags = new Set(text.match(/<[^>\s]*/g));
    for (const tag of tags) assert.match(tag, /^<\/?(?:b|code|details|summary|a)$/);
    assert.doesNotMatch(text, /href="(?!https?&#58;\/\/)/);
    assert.doesNotMatch(text, /`|\]\(|\*\*|(?<!&)#\d|@someone/);
    // A cell separator inside text would add a column: every row of a table has as many as its head.
    for (const table of text
      .trimEnd()
      .split("\n\n")
      .filter((block) => block.startsWith("| "))) {
      const widths = table.split("\n").map((row) => row.split("|").length);
      assert.equal(new Set(widths).size, 1, table);
    }
  });
}

test("an unknown format and a view that a format cannot show are usage errors", () => {
  assert.throws(() => renderReport("pdf", cves(cleanAnalysis), plainOptions), { code: "USAGE" });
  const quickview: Report = { view: "quickview", analysis: cleanAnalysis };
  assert.throws(() => renderReport("sarif", quickview, plainOptions), { code: "USAGE" });
});
