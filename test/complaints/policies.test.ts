/** Complaints of Docker Scout's users about its policies, its grade and its comparison. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compareReport } from "../../src/api/compare-report.ts";
import { policyReport, quickviewReport } from "../../src/api/reports.ts";
import { provenance, spdxStatement } from "../helpers/attested-image.ts";
import { buildImage, sha256 } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";
import { attestedLayout, makeScene, npmPackage, osRelease, osvRecord } from "../helpers/scene.ts";

const scene = makeScene("complaints-policies", new Date("2026-11-01T00:00:00Z"));
const MEDIUM = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N" }];
before(async () => {
  await scene.advisories([
    ...Array.from({ length: 40 }, (_, at) =>
      osvRecord(`CVE-2026-${1000 + at}`, "npm", "many", { fixed: "2.0.0", severity: MEDIUM }),
    ),
    osvRecord("CVE-2026-2000", "npm", "fresh", { severity: MEDIUM }),
    JSON.parse(readFileSync(join(repositoryRoot, "examples/advisories/kev/kev.json"), "utf8")),
    { distroversion: "v3.22", reponame: "main", archs: ["x86_64"], packages: [] },
  ]);
  plain = scene.layout("plain", own("1"));
});
after(() => scene.close());
/** Written once: each image that is read costs a process. */
let plain = "";

/** A base with forty findings and a copyleft licence, and what an image puts on it. */
const baseLayer = {
  entries: [
    osRelease("alpine", "3.22.1"),
    file("lib/apk/db/installed", "P:busybox\nV:1.37.0-r18\nA:x86_64\no:busybox\nL:GPL-2.0-only\n\n"),
    npmPackage("many", "1.0.0"),
  ],
};
const base = buildImage({ layers: [baseLayer] });
const own = (version: string, ...names: readonly string[]) =>
  buildImage({
    layers: [
      baseLayer,
      { entries: [file("app/version", version), ...names.map((name) => npmPackage(name, "1.0.0"))] },
    ],
    config: { User: "65532" },
  });

test("complaint 11: a policy without data stays, says why, and the comparison tells", async () => {
  const image = own("1");
  const statements = [
    spdxStatement,
    provenance({
      version: "v1",
      mode: "max",
      materials: [{ uri: "pkg:docker/alpine@3.22", digest: sha256(Buffer.from("base")) }],
      dockerfile: "FROM alpine:3.22\nCOPY . .\n",
    }),
  ];
  const before = attestedLayout(scene, "before", image, statements);
  const [first, second] = await Promise.all(
    [before, plain].map(
      async (reference) => policyReport.parse(await scene.json(["policy", reference])).verdict,
    ),
  );
  const names = (verdict: typeof first) =>
    verdict?.results.map(({ policy, weight }) => `${policy} ${weight}`);
  assert.deepEqual(names(first), names(second));
  assert.equal(first?.score.total, second?.score.total);
  const unknown = second?.results.filter(({ status }) => status === "no_data") ?? [];
  assert.deepEqual(
    unknown.map(({ policy }) => policy),
    ["approved-base-images", "no-stale-base-images"],
  );
  for (const { reason, supply, lost, weight } of unknown) {
    assert.match(reason ?? "", /base/);
    assert.match(supply ?? "", /plimsoll base add/);
    assert.equal(lost, weight);
  }
  const compared = await scene.run([
    "compare",
    "--format",
    "json",
    "--exit-on",
    "policy",
    "--to",
    before,
    plain,
  ]);
  assert.equal(compared.exitCode, 2, compared.stderr);
  const { policies } = compareReport.parse(JSON.parse(compared.stdout));
  const worse = policies?.filter(({ change }) => change === "worse").map(({ policy }) => policy);
  assert.deepEqual(worse, ["supply-chain-attestations", "approved-base-images"]);
});

test("complaint 12: a grade says what it does not count, and what to do next", async () => {
  const { uncounted, nextStep, verdict } = quickviewReport.parse(await scene.json(["quickview", plain]));
  assert.equal(verdict?.results.find(({ policy }) => policy === "fixable-vulnerabilities")?.status, "met");
  assert.deepEqual([uncounted?.total, uncounted?.medium], [40, 40]);
  assert.match(
    nextStep ?? "",
    /^No unapproved base images, 15 points: Build with docker buildx build --attest/,
  );
  const text = await scene.run(["policy", plain]);
  assert.match(text.stdout, /40 findings cost no points, since no policy counts them: 0C 0H 40M 0L/);
  assert.match(text.stdout, /Next: No unapproved base images, 15 points/);
  // Whoever wants them to count says so.
  const medium = { name: "fixable-vulnerabilities", config: { severities: ["critical", "high", "medium"] } };
  const config = scene.write("medium.json", { policies: [medium] });
  const counted = quickviewReport.parse(await scene.json(["quickview", "--policy-config", config, plain]));
  assert.equal(counted.uncounted?.total, 0);
  assert.ok((counted.verdict?.score.percent ?? 100) < (verdict?.score.percent ?? 0));
});

test("complaint 23: a comment about a change names what the change brings, and nothing of the base", async () => {
  const changed = scene.layout("change", own("5", "fresh"));
  const args = ["compare", "--ignore-unchanged", "--ignore-base", "--base-image", scene.layout("base", base)];
  const { stdout } = await scene.run([...args, "--format", "markdown", "--to", plain, changed]);
  assert.deepEqual([...new Set(stdout.match(/CVE-\d+-\d+/g))], ["CVE-2026-2000"]);
  assert.ok(stdout.length < 4000, `${stdout.length} characters`);
});

test("complaint 29: policies are configured: several of a type, with names, weights and effects", async () => {
  const config = scene.write("policies.json", {
    policies: [
      { id: "fixable-vulnerabilities", enabled: false },
      { type: "severity", name: "No medium ones", weight: 50, config: { severities: ["medium"] } },
      { type: "severity", name: "No low ones", weight: 0, effect: "warn", config: { severities: ["low"] } },
    ],
  });
  const run = await scene.run([
    "policy",
    "--exit-code",
    "--policy-config",
    config,
    "--format",
    "json",
    plain,
  ]);
  assert.equal(run.exitCode, 2);
  assert.match(run.stderr, /gate: policy: .*No medium ones/);
  const { verdict } = policyReport.parse(JSON.parse(run.stdout));
  const rows = verdict?.results.map(({ title, status, weight }) => `${title}: ${status}, ${weight}`);
  assert.ok(rows?.includes("No medium ones: not_met, 50"), rows?.join("\n"));
  assert.ok(rows?.includes("No low ones: met, 0"));
  assert.ok(verdict?.results.every(({ policy }) => policy !== "fixable-vulnerabilities"));
});

test("complaint 31: licences of the base and those of one's own are asked about apart", async () => {
  const added = await scene.run(["base", "add", scene.layout("base", base)]);
  assert.equal(added.exitCode, 0, added.stderr);
  const statusOf = async (scope: string) => {
    const config = scene.write(`${scope}.json`, {
      policies: [{ name: "copyleft-license", config: { scope } }],
    });
    const args = [
      "policy",
      "--verify",
      "--only-policy",
      "copyleft-license",
      "--policy-config",
      config,
      plain,
    ];
    return policyReport.parse(await scene.json(args)).verdict?.status;
  };
  assert.equal(await statusOf("all"), "not_met");
  assert.equal(await statusOf("base"), "not_met");
  assert.equal(await statusOf("own"), "met");
});
