/** The text of comments, and which comment is written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompareReport } from "../../api/compare-report.ts";
import type { CommandResult } from "./command-result.ts";
import { COMMENT_LENGTH_MAX, commentBody, commentMarker, type CommentFacts } from "./comment.ts";
import type { Answer, GitHubApi, IssueComment } from "./github-api.ts";
import { foldedBody, refusalText, writeComment } from "./write-comment.ts";

const marker = commentMarker(["job", "build", "image", "ghcr.io/octo/app", ""]);
const facts: CommentFacts = {
  marker,
  image: "ghcr.io/octo/app:pr",
  commit: "0123456789abcdef0123456789abcdef01234567",
  page: "https://github.example.com/octo/app/actions/runs/1",
  version: "1.2.3",
};

const counts = {
  critical: 0,
  high: 1,
  medium: 0,
  low: 0,
  unspecified: 0,
  total: 1,
  suppressed: 0,
  undetermined: 0,
};

/** As far as a comment reads it. */
function comparison(findingCount: number, name = "leaky"): CompareReport {
  const side = {
    target: { name: "ghcr.io/octo/app:main", sizeBytes: 10 },
    states: [{ id: "stale", message: "the database is 9 days old", details: [] }],
    counts,
    verdict: null,
    packageCount: 3,
  };
  const finding = (index: number) => {
    return {
      change: "added",
      vulnerability: `CVE-2030-${index}`,
      severity: "high",
      status: "affected",
      fixedVersion: null,
      package: { ecosystem: "npm", name, version: "1.0.0", purl: "pkg:npm/leaky@1.0.0", layerIndex: 1 },
      summary: "",
      url: "https://example.com/",
    };
  };
  const policy = (title: string, change: string, status: string) => {
    const result = { status, deviations: 2, reason: null };
    return { policy: title, title, change, before: result, after: result };
  };
  return {
    analysed: side,
    baseline: side,
    unknown: [{ cause: "package", message: "the result of before lists no packages" }],
    delta: { counts: null, sizeBytes: 5, packages: -1, scorePercent: null, sharedLayers: 1 },
    packageCounts: { added: 0, removed: 0, changed: 0, unchanged: 3 },
    packages: [
      { change: "unchanged", ecosystem: "npm", name: "calm", before: null, after: null, direction: null },
    ],
    findings: [
      ...Array.from({ length: findingCount }, (_, index) => finding(index)),
      { ...finding(0), change: "unchanged", vulnerability: "CVE-2020-0001" },
    ],
    policies: [policy("Non-root", "worse", "not_met"), policy("Licences", "same", "met")],
  } as unknown as CompareReport;
}

const result = (report: CompareReport, exitCode = 0): CommandResult => {
  const reasons = exitCode === 0 ? [] : ["gate: vulnerability: @octo new vulnerabilities"];
  const view = { view: "compare", report } as const;
  return { command: "compare", exitCode, log: "", markdown: "", report: view, reasons, isGated: false };
};

test("a comment tells what changes: findings, policies, states; not what was there before", () => {
  const body = commentBody([result(comparison(2), 2)], facts) ?? "";
  assert.ok(body.startsWith(`${marker}\n`));
  for (const part of [
    "stopped by compare",
    "2 vulnerabilities added",
    "Non-root",
    "1 as before",
    "9 days old",
    "lists no packages",
  ])
    assert.ok(body.includes(part), `${part} is missing in\n${body}`);
  assert.doesNotMatch(body, /CVE-2020-0001|calm|Licences/);
});

test("what was passed is said only where something could have stopped it", () => {
  const compared = result(comparison(0));
  const title = (isGated: boolean): string | undefined =>
    /^### .*$/m.exec(commentBody([{ ...compared, isGated }], facts) ?? "")?.[0];
  assert.equal(title(false), "### Plimsoll");
  assert.equal(title(true), "### Plimsoll: passed as far as is known");
});

const judged = { counts, filters: [], states: [] };
const withStates = (id: string) => ({ ...judged, states: [{ id, message: "so it is", details: [] }] });
const verdict = (status: string) => {
  const result = { title: "Non-root", status, deviations: [], reason: null };
  return { results: [result], score: { grade: null, percent: null }, metCount: 0, policyCount: 1 };
};
const passed: readonly (readonly [
  name: string,
  view: string,
  report: Readonly<Record<string, unknown>>,
  isKnown: boolean,
])[] = [
  ["a comparison", "compare", { ...comparison(0), unknown: [] }, true],
  ["a comparison with something open", "compare", comparison(0), false],
  [
    "a comparison without policies",
    "compare",
    { ...comparison(0), policies: null, unknown: [{ cause: "policy", message: "no data about: A" }] },
    true,
  ],
  ["findings", "cves", judged, true],
  ["findings of an old database", "cves", withStates("stale"), false],
  ["findings of an old distribution", "cves", withStates("end-of-life"), true],
  ["policies", "policy", { ...judged, verdict: verdict("met") }, true],
  ["a policy without data", "policy", { ...judged, verdict: verdict("no_data") }, false],
  [
    "policies of an incomplete image",
    "policy",
    { ...withStates("incomplete"), verdict: verdict("met") },
    false,
  ],
  ["no policy at all", "policy", { ...judged, verdict: null }, false],
  ["secrets", "secrets", { secrets: [], completeness: "complete" }, true],
  ["secrets of what could be read", "secrets", { secrets: [], completeness: "incomplete" }, false],
];
for (const [name, view, report, isKnown] of passed) {
  test(`passed: ${name}`, () => {
    const gated = { ...result(comparison(0)), isGated: true, report: { view, report } };
    const [title] = /^### .*$/m.exec(commentBody([gated as unknown as CommandResult], facts) ?? "") ?? [];
    assert.equal(title, `### Plimsoll: passed${isKnown ? "" : " as far as is known"}`);
  });
}

test("what nobody knows is said once, and nothing of policies that are left out", () => {
  const gap = "the inventory of the image is incomplete";
  const unknown = [
    { cause: "vulnerability", message: gap },
    { cause: "policy", message: "no data about: Non-root" },
    { cause: "package", message: gap },
  ];
  const bodyOf = (policies: unknown): string =>
    commentBody([result({ ...comparison(0), unknown, policies } as unknown as CompareReport)], facts) ?? "";
  assert.equal(bodyOf(null).split(gap).length, 2);
  assert.doesNotMatch(bodyOf(null), /no data about/);
  assert.match(bodyOf(comparison(0).policies), /policy: no data about/);
});

test("a state of both images is said once", () => {
  const body = commentBody([result(comparison(0))], facts) ?? "";
  assert.equal(body.split("9 days old").length, 2);
  assert.match(body, /Both images: /);
});

test("a policy that got worse says which deviations are new, and what to do", () => {
  const deviation = (message: string, remediation: string | null) => {
    return { message, purl: null, vulnerability: null, layer: null, columns: {}, remediation };
  };
  const verdict = (...deviations: unknown[]) => {
    return { score: { grade: null, percent: null }, results: [{ policy: "Non-root", deviations }] };
  };
  const report = comparison(0);
  const worse = {
    ...report,
    analysed: {
      ...report.analysed,
      verdict: verdict(deviation("old one", null), deviation("runs as root", "Add USER")),
    },
    baseline: { ...report.baseline, verdict: verdict(deviation("old one", null)) },
  } as unknown as CompareReport;
  const body = commentBody([result(worse)], facts) ?? "";
  assert.match(body, /- <b>Non-root<\/b>: runs as root\. Add USER/);
  assert.doesNotMatch(body, /old one/);
});

test("names of packages mention nobody and mark nothing up", () => {
  const body = commentBody([result(comparison(1, "@octo/<img src=x> | #1\n--> "), 2)], facts) ?? "";
  assert.doesNotMatch(body, /@octo|<img|#1\b/);
  assert.equal(body.split("-->").length, 2, "nothing but the first line ends a comment of HTML");
});

test("however much there is, GitHub takes it, and what is left out is counted", () => {
  for (const count of [150, 5_000]) {
    const body = commentBody([result(comparison(count, "p".repeat(900)))], facts) ?? "";
    assert.ok(body.length <= COMMENT_LENGTH_MAX, `${body.length}`);
    assert.match(body, /\d+ more are in the job summary/);
    assert.ok(body.includes(`${count} vulnerabilities added`));
  }
});

test("commands that only write something are no reason for a comment", () => {
  const sbom: CommandResult = {
    command: "sbom",
    exitCode: 0,
    log: "",
    markdown: null,
    report: null,
    reasons: [],
    isGated: false,
  };
  assert.equal(commentBody([sbom], facts), null);
});

test("a folded comment is found by no later run, and fits", () => {
  const folded = foldedBody(`${marker}\n\n${"text\n".repeat(13_000)}`, marker);
  assert.ok(!folded.includes(marker));
  assert.ok(folded.length <= COMMENT_LENGTH_MAX);
});

/** A GitHub that has these comments; `said` is what was asked of it. */
function gitHub(comments: readonly Partial<IssueComment>[], update: Answer<IssueComment> | null = null) {
  const said: string[] = [];
  const comment: IssueComment = { id: 1, body: marker, page: "p", author: "bot", isByApp: true };
  const api: GitHubApi = {
    whoAmI: async () => ({ kind: "refused", status: 403, reason: "not for apps" }),
    listComments: async () => ({
      kind: "answered",
      value: comments.map((part) => ({ ...comment, ...part })),
    }),
    createComment: async () => {
      said.push("create");
      return { kind: "answered", value: comment };
    },
    updateComment: async (id) => {
      said.push(`update ${id}`);
      return update ?? { kind: "answered", value: comment };
    },
  };
  return { api, said };
}

const gone: Answer<IssueComment> = { kind: "refused", status: 404, reason: "Not Found" };
const rows: readonly (readonly [
  name: string,
  there: readonly Partial<IssueComment>[],
  keepsPrevious: boolean,
  update: Answer<IssueComment> | null,
  said: readonly string[],
])[] = [
  ["the first is made", [{ body: "hello" }], false, null, ["create"]],
  ["the newest of ours is changed", [{ id: 1 }, { id: 2 }], false, null, ["update 2"]],
  ["a person's copy is not ours", [{ id: 3, isByApp: false }], false, null, ["create"]],
  ["one that quotes ours is not ours", [{ body: `> ${marker}` }], false, null, ["create"]],
  ["one that was deleted in the meantime is made anew", [{ id: 4 }], false, gone, ["update 4", "create"]],
  ["those before are folded", [{ id: 1 }, { id: 2 }], true, null, ["create", "update 1", "update 2"]],
];
for (const [name, there, keepsPrevious, update, expected] of rows) {
  test(`comment: ${name}`, async () => {
    const { api, said } = gitHub(there, update);
    await writeComment(api, { marker, body: marker, keepsPrevious });
    assert.deepEqual(said, expected);
  });
}

test("a refusal says what to do about it", () => {
  const told = (status: number | null, fork: boolean): string =>
    refusalText({ kind: "refused", status, reason: "r" }, { repository: "octo/app" }, fork);
  assert.match(told(403, true), /in a fork of octo\/app/);
  assert.match(told(403, false), /pull-requests: write/);
  assert.doesNotMatch(told(null, true), /fork|permissions/);
});
