/** What an evaluation turned, why, and the sentence that tells it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { BaseImageFacts, Deviation, PolicyStatus } from "../domain/policy.ts";
import type { TracedCause } from "./finding-causes.ts";
import { readJudged, writeJudged, type JudgedFinding } from "./judged-findings.ts";
import { causesOf } from "./verdict-causes.ts";
import { changeOf, findingsSentence, verdictSentence } from "./verdict-change.ts";
import type { KnownException, PolicySnapshot, VerdictSnapshot } from "./verdict-snapshot.ts";

function finding(vulnerability: string, more: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    purl: "pkg:deb/debian/libssl3@3.0",
    name: "libssl3",
    vulnerability,
    severity: "high",
    fixedVersion: null,
    isUndetermined: false,
    isKev: false,
    suppressed: false,
    exception: null,
    ...more,
  };
}

function deviation(vulnerability: string): Deviation {
  return { message: "", purl: null, vulnerability, layer: null, columns: {}, remediation: null };
}

function policy(status: PolicyStatus, more: Partial<PolicySnapshot> = {}): PolicySnapshot {
  return { policy: "p", version: 1, title: "No critical", status, reason: null, deviations: [], ...more };
}

interface Change {
  readonly status?: PolicyStatus;
  readonly grade?: string | null;
  readonly results?: readonly PolicySnapshot[];
  readonly findings?: readonly JudgedFinding[] | null;
  readonly inventory?: string;
  readonly base?: BaseImageFacts | null;
}

function snapshot({ status, grade = "A", results = [policy("met")], ...more }: Change = {}): VerdictSnapshot {
  const { findings = [], inventory = "i", base = null } = more;
  return {
    status: status ?? results[0]?.status ?? "met",
    grade,
    results,
    judged: { inventory, findings },
    base,
  };
}

const exception: KnownException = {
  id: "e",
  vulnerability: "CVE-1",
  kind: "accepted_risk",
  decidedBy: "Sam",
  requestedBy: "Ada",
  expiresAt: "2027-01-31T00:00:00.000Z",
  state: "approved",
};
const known = (state: string) => new Map([["e", { ...exception, state }]]);

function base(more: Partial<BaseImageFacts> = {}): BaseImageFacts {
  return {
    name: "localhost:5000/acme/dhi-python",
    tag: "3",
    digest: "sha256:a",
    evidence: "layers",
    claimedBy: null,
    currentDigest: "sha256:a",
    currentReason: null,
    scratch: false,
    ...more,
  };
}

function textsOf(causes: readonly TracedCause[]): readonly string[] {
  return causes.map(({ cause }) => `${cause.kind}: ${cause.text}`);
}

describe("causes", () => {
  const excepted = finding("CVE-1", { suppressed: true, exception: "e" });
  const rows: readonly (readonly [
    name: string,
    before: Change,
    after: Change,
    texts: readonly string[],
    state?: string,
  ])[] = [
    ["a new advisory", {}, { findings: [finding("CVE-1")] }, ["advisory: CVE-1 in libssl3 was published"]],
    [
      "an advisory that is gone",
      { findings: [finding("CVE-1")] },
      {},
      ["advisory: CVE-1 in libssl3 does not apply any more"],
    ],
    [
      "a new advisory for which there is an exception already",
      {},
      { findings: [excepted] },
      ["advisory: CVE-1 in libssl3 was published, and an exception speaks about it already"],
    ],
    [
      "a feed that is new",
      { results: [policy("no_data", { reason: "the database has nothing for npm" })] },
      {},
      ["analysis: Known now, which was not before: the database has nothing for npm"],
    ],
    [
      "an exception that applies to several",
      { findings: [finding("CVE-1"), finding("CVE-1", { purl: "pkg:b" })] },
      { findings: [excepted, { ...excepted, purl: "pkg:b" }] },
      ["exception: CVE-1 in libssl3 and 1 more finding: accepted risk, approved by Sam, until 2027-01-31"],
    ],
    [
      "an exception that was withdrawn",
      { findings: [excepted] },
      { findings: [finding("CVE-1")] },
      ["exception: An exception was withdrawn for CVE-1 in libssl3"],
      "withdrawn",
    ],
    [
      "a finding that could be determined",
      { findings: [finding("CVE-1", { isUndetermined: true })] },
      { findings: [finding("CVE-1")] },
      ["advisory: CVE-1 in libssl3 could be determined"],
    ],
    [
      "another inventory: its findings are no news of advisories",
      { findings: [finding("CVE-1")] },
      { findings: [finding("CVE-2")], inventory: "j" },
      ["analysis: The image was analysed again"],
    ],
    ["a policy that is new", { results: [] }, {}, ["policy: The policy “No critical” applies now"]],
    [
      "a base that is known now",
      { base: base({ evidence: "claimed", claimedBy: "label" }) },
      { base: base() },
      ["analysis: The base image is known: localhost:5000/acme/dhi-python:3 (layers)"],
    ],
    [
      "a base that has moved on",
      { base: base() },
      { base: base({ currentDigest: "sha256:b" }) },
      ["base: The base image localhost:5000/acme/dhi-python:3 has moved on"],
    ],
    [
      "no database any more",
      {},
      { findings: null },
      ["analysis: Not all packages could be compared with the vulnerability database"],
    ],
    ["nothing that can be seen: time", {}, {}, ["time: Days have passed, and a policy counts them"]],
  ];
  for (const [name, before, after, texts, state = "approved"] of rows) {
    it(name, () => {
      assert.deepEqual(textsOf(causesOf(snapshot(before), snapshot(after), known(state))), texts);
    });
  }

  it("of the first verdict are that it is the first", () => {
    assert.deepEqual(
      causesOf(null, snapshot(), new Map()).map(({ cause }) => cause.kind),
      ["first"],
    );
  });

  it("are cut where nobody would read on", () => {
    const findings = Array.from({ length: 200 }, (_, at) => finding(`CVE-${at}`));
    const causes = causesOf(snapshot(), snapshot({ findings }), new Map());
    assert.equal(causes.length, 51);
    assert.equal(causes.at(-1)?.cause.text, "150 more changes");
  });

  it("hold no control characters of the image", () => {
    const evil = finding("CVE-1", { name: "x\u001b[31m\u202e" });
    const [cause] = causesOf(snapshot(), snapshot({ findings: [evil] }), new Map());
    assert.equal(cause?.cause.text, "CVE-1 in x\\u{1b}[31m\\u{202e} was published");
  });
});

describe("the sentence", () => {
  const rows: readonly (readonly [before: Change, after: Change, sentence: string])[] = [
    [
      {},
      {
        findings: [finding("CVE-0"), finding("CVE-1")],
        results: [policy("not_met", { deviations: [deviation("CVE-1")] })],
      },
      "app:1 no longer meets “No critical”: CVE-1 in libssl3 was published",
    ],
    [
      { results: [policy("no_data")] },
      { results: [policy("not_met", { version: 2 })] },
      "app:1 does not meet “No critical”: The policy “No critical” was changed (version 2)",
    ],
    [
      {
        results: [
          policy("met"),
          policy("met", { policy: "q", title: "Q" }),
          policy("not_met", { policy: "r" }),
        ],
      },
      {
        results: [
          policy("not_met"),
          policy("not_met", { policy: "q", title: "Q" }),
          policy("met", { policy: "r" }),
        ],
        inventory: "j",
      },
      "app:1 no longer meets “No critical” and 1 more policy: The image was analysed again",
    ],
    [
      {},
      { results: [policy("no_data")], findings: null },
      "app:1 can no longer be judged by “No critical”: Not all packages could be compared with the vulnerability database",
    ],
    [
      { results: [], status: "no_data" },
      {},
      "app:1 meets all of its policies now: The policy “No critical” applies now",
    ],
    [
      { grade: "B" },
      { grade: "C", inventory: "j" },
      "app:1 went from grade B to C: The image was analysed again",
    ],
  ];
  for (const [before, after, sentence] of rows) {
    it(sentence, () => {
      const [old, current] = [snapshot(before), snapshot(after)];
      const change = changeOf(old, current);
      assert.equal(change.isTurned, true);
      const causes = causesOf(old, current, new Map());
      assert.equal(verdictSentence("app:1", { before: old, after: current, change }, causes), sentence);
    });
  }

  it("of findings that came and went without turning anything", () => {
    const before = snapshot({ findings: [finding("CVE-1")] });
    const after = snapshot({ findings: [finding("CVE-2"), finding("CVE-3")] });
    const change = changeOf(before, after);
    assert.equal(change.isTurned, false);
    assert.equal(
      findingsSentence("app:1", change, causesOf(before, after, new Map())),
      "app:1 has 2 new findings and 1 finding less: CVE-2 in libssl3 was published",
    );
  });

  it("is not needed for what is suppressed from the start", () => {
    const after = snapshot({ findings: [finding("CVE-1", { suppressed: true, exception: "e" })] });
    const change = changeOf(snapshot(), after);
    assert.deepEqual([change.isTurned, change.findings], [false, { added: [], removed: [] }]);
  });
});

describe("what a verdict counted", () => {
  it("is read as it was written, and by another version as nothing", () => {
    const judged = { inventory: "i", findings: [finding("CVE-1")] };
    assert.deepEqual(readJudged(writeJudged(judged)), judged);
    for (const text of ["{}", '{"format":2,"inventory":"i","findings":[]}', "no JSON"])
      assert.equal(readJudged(Buffer.from(text)), null);
  });
});
