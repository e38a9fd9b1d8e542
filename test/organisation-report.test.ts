/** The report of `policy --org` in each format: who judged, on what, with which effect, and nothing of an image unescaped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { organisationPolicyReport } from "../src/api/reports.ts";
import type { JudgedImage, Judgement } from "../src/domain/judgement.ts";
import { renderReport } from "../src/reports/render.ts";
import type { RenderOptions } from "../src/reports/types.ts";

const options: RenderOptions = {
  color: false,
  width: 120,
  details: false,
  locations: false,
  epss: false,
  onlyPackages: false,
  onlyVulnPackages: false,
  toolVersion: "0.0.0",
};

const image: JudgedImage = {
  name: "registry.example.com/acme/app",
  digest: `sha256:${"a".repeat(64)}`,
  platform: "linux/amd64",
  reason: null,
  completeness: "complete",
  verification: "verified",
  database: { digest: null, updatedAt: "2026-01-01T00:00:00Z", stale: false, demonstration: false },
  analysis: null,
  verdict: {
    status: "not_met",
    score: { grade: "C", percent: 60, scored: 30, total: 50, reason: null },
    results: [
      {
        policy: "11111111-1111-4111-8111-111111111111",
        type: "severity",
        title: "Nothing to \u001b[2Jrepair",
        status: "not_met",
        reason: null,
        weight: 20,
        lost: 20,
        debug: [],
        deviations: [
          {
            message: "<script>alert(1)</script> \u202eopenssl",
            purl: "pkg:apk/alpine/openssl@3.1.3-r0",
            vulnerability: "CVE-2026-1",
            layer: null,
            columns: { Package: "openssl", Severity: "critical" },
            remediation: "Update openssl.",
          },
        ],
      },
      {
        policy: "22222222-2222-4222-8222-222222222222",
        type: "non-root",
        title: "Default non-root user",
        status: "met",
        reason: null,
        weight: 30,
        lost: 0,
        debug: [],
        deviations: [],
      },
    ],
  },
};

const server: Judgement = {
  organisation: "acme",
  judged: "server",
  reason: null,
  page: "http://127.0.0.1:7300/o/acme/images/1",
  serverDatabase: null,
  effects: {
    "11111111-1111-4111-8111-111111111111": "block",
    "22222222-2222-4222-8222-222222222222": "warn",
  },
  images: [image],
};
const here: Judgement = {
  ...server,
  judged: "here",
  reason: "the image was not read from a registry",
  page: null,
  serverDatabase: "sha256:server",
  images: [{ ...image, database: { ...image.database!, digest: "sha256:here" } }],
};

function render(format: string, judgement: Judgement): string {
  return renderReport(format, { view: "organisation", judgement }, options);
}

test("the server's verdict names the page, and each policy's effect and severities", () => {
  const text = render("table", server);
  assert.match(text, /Judged +the server/);
  assert.match(text, /http:\/\/127\.0\.0\.1:7300\/o\/acme\/images\/1/);
  assert.match(text, /^ +! +Nothing to .* +1C 0H 0M 0L +stops a gate$/m);
  assert.match(text, /Default non-root user +warns$/m);
  assert.match(text, /Health score +C \(60%\)/);
  assert.ok(!text.includes("OTHER DATABASE"));
});

test("a verdict made here says so, why, and that its database is another", () => {
  const text = render("table", here);
  assert.match(text, /Judged +here, .*the image was not read from a registry/);
  assert.match(text, /OTHER DATABASE/);
  assert.match(text, /sha256:server/);
});

for (const format of ["table", "markdown"]) {
  test(`${format} lets no text of an image act`, () => {
    const text = render(format, server);
    assert.doesNotMatch(text, /[\u001b\u202e]/);
    if (format === "markdown") assert.doesNotMatch(text, /<script>/);
  });
}

const states: readonly (readonly [name: string, change: Partial<JudgedImage>, label: string])[] = [
  ["an incomplete inventory", { completeness: "incomplete" }, "INCOMPLETE"],
  ["content not verified", { verification: "unverified" }, "UNVERIFIED"],
  ["an old database", { database: { ...image.database!, stale: true } }, "STALE DATABASE"],
  ["demonstration data", { database: { ...image.database!, demonstration: true } }, "DEMONSTRATION DATA"],
  ["a platform without an image", { verdict: null, reason: "images for it are not analysed" }, "No data"],
];
for (const [name, change, label] of states) {
  test(`${name} is said`, () => {
    assert.ok(render("table", { ...server, images: [{ ...image, ...change }] }).includes(label));
  });
}

test("JSON has its published shape, and the worst of several images as its status", () => {
  const met = { ...image, verdict: { ...image.verdict!, status: "met" as const } };
  for (const judgement of [server, here, { ...here, images: [met, image, { ...image, verdict: null }] }]) {
    const report = organisationPolicyReport.parse(JSON.parse(render("json", judgement)));
    assert.equal(report.status, "not_met");
  }
  const report = organisationPolicyReport.parse(JSON.parse(render("json", here)));
  assert.equal(report.images[0]?.otherDatabase, true);
});

test("the lists say of each policy what the verdict says, and what is not known of the image", () => {
  const doubtful: Judgement = {
    ...server,
    images: [
      {
        ...image,
        completeness: "incomplete",
        database: { ...image.database, stale: true } as JudgedImage["database"],
      },
    ],
  };
  const junit = render("junit", doubtful);
  assert.match(junit, /name="INCOMPLETE"/);
  assert.match(junit, /name="STALE DATABASE"/);
  assert.match(junit, /<failure message="&lt;script&gt;/);
  assert.match(junit, /name="Default non-root user"\/>/);
  assert.match(
    render("csv", { ...here, images: [{ ...image, verdict: null, reason: "no image" }] }),
    /,unknown,.*no image/,
  );
  assert.match(render("html", server), /Default non-root user/);
  const ids = render("ids", server).trimEnd().split("\n");
  assert.ok(ids.includes("11111111-1111-4111-8111-111111111111"));
  assert.ok(!ids.includes("22222222-2222-4222-8222-222222222222"));
});
