/** The functions that modules may call: an answer, a refusal, and what is asked for in vain. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleFindings } from "../../../test/golden/sample-analysis.ts";
import type { ImageFacts } from "../../domain/policy.ts";
import { factsWith, imageDigest } from "../fixtures/facts.ts";
import { createBuiltins, hostFunctions, scoutFunctions } from "./builtins.ts";
import { predicateTypes, toScoutFacts } from "./scout-facts.ts";

function call(name: string, args: readonly unknown[], changes: Partial<ImageFacts> = {}) {
  const unknown: string[] = [];
  const facts = toScoutFacts(factsWith(changes), "docker.io/library/app");
  const builtins = createBuiltins(facts, (reason) => unknown.push(reason));
  const value = builtins[name]?.(...(args as never[]));
  return { value, unknown };
}

const attestation = {
  predicateType: "https://spdx.dev/Document",
  predicate: { packages: [] },
  subjectDigests: [imageDigest],
  storage: "referrer",
  trust: "unsigned",
} as const;
const purl = sampleFindings[0]!.package.purl;

const rows: readonly (readonly [
  name: string,
  args: readonly unknown[],
  changes: Partial<ImageFacts>,
  value: unknown,
])[] = [
  ["oci.canonical_name", ["node:25"], {}, "docker.io/library/node"],
  ["oci.canonical_name", ["org/app@sha256:ab"], {}, "docker.io/org/app"],
  ["oci.canonical_name", ["ghcr.io/org/app:1"], {}, "ghcr.io/org/app"],
  ["oci.canonical_name", ["localhost:5000/app:1"], {}, "localhost:5000/app"],
  [
    "scout.parse_purl",
    ["pkg:deb/debian/curl@7.88?arch=amd64"],
    {},
    {
      type: "deb",
      namespace: "debian",
      name: "curl",
      version: "7.88",
      qualifiers: { arch: "amd64" },
      subpath: "",
    },
  ],
  ["scout.parse_purl", ["curl"], {}, undefined],
  ["scout.vulnerabilities", [["pkg:npm/none@1"]], { findings: sampleFindings }, []],
  ["oci.referrer", ["https://slsa.dev/provenance/v1"], {}, null],
  ["time.parse_rfc3339_ns", ["2026-01-01T00:00:00Z"], {}, Date.parse("2026-01-01T00:00:00Z") * 1e6],
  ["time.parse_rfc3339_ns", ["yesterday"], {}, undefined],
  ["time.now_ns", [], {}, Date.parse("2026-11-21T12:00:00Z") * 1e6],
  ["time.parse_duration_ns", ["1h30m"], {}, 5400e9],
  ["time.parse_duration_ns", ["-1.5s"], {}, -1.5e9],
  ["time.parse_duration_ns", ["soon"], {}, undefined],
  ["time.date", [Date.parse("2026-02-03T04:05:06Z") * 1e6], {}, [2026, 2, 3]],
  ["time.clock", [Date.parse("2026-02-03T04:05:06Z") * 1e6], {}, [4, 5, 6]],
  ["time.weekday", [Date.parse("2026-02-03T04:05:06Z") * 1e6], {}, "Tuesday"],
  [
    "time.add_date",
    [Date.parse("2026-01-31T00:00:00Z") * 1e6, 0, 0, 1],
    {},
    Date.parse("2026-02-01T00:00:00Z") * 1e6,
  ],
  ["semver.compare", ["1.2.3", "1.10.0"], {}, -1],
  ["semver.compare", ["1.2", "1.10.0"], {}, undefined],
  ["semver.is_valid", ["1.2.3-rc.1"], {}, true],
  ["semver.is_valid", [1], {}, false],
  ["strings.any_prefix_match", [["abc", "x"], "ab"], {}, true],
  ["strings.any_suffix_match", ["abc", ["d", "e"]], {}, false],
  ["strings.count", ["banana", "an"], {}, 2],
  ["hex.encode", ["ab"], {}, "6162"],
  ["hex.decode", ["6162"], {}, "ab"],
  ["crypto.sha256", [""], {}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["crypto.md5", [""], {}, "d41d8cd98f00b204e9800998ecf8427e"],
  ["crypto.sha1", [""], {}, "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
];

for (const [name, args, changes, value] of rows) {
  test(`${name}(${JSON.stringify(args).slice(1, -1)})`, () => {
    assert.deepEqual(call(name, args, changes), { value, unknown: [] });
  });
}

test("oci.referrer: the statement, the one about this image first", () => {
  const other = { ...attestation, predicate: { other: true }, subjectDigests: [`sha256:${"9".repeat(64)}`] };
  const { value, unknown } = call("oci.referrer", [attestation.predicateType], {
    attestations: [other, attestation],
  });
  const { statement } = value as { statement: { subject: unknown; predicate: unknown } };
  assert.deepEqual(statement.predicate, { packages: [] });
  assert.deepEqual(statement.subject, [{ name: "", digest: { sha256: imageDigest.slice(7) } }]);
  assert.deepEqual(unknown, []);
});

test("scout.vulnerabilities and the statement of vulnerabilities agree, and leave out what is suppressed", () => {
  const { value } = call("scout.vulnerabilities", [[purl]], { findings: sampleFindings });
  const [entry] = value as {
    purl: string;
    vulnerabilities: { source_id: string; cvss: { severity: string } }[];
  }[];
  assert.equal(entry?.purl, purl);
  assert.ok(entry.vulnerabilities.every(({ cvss }) => cvss.severity === cvss.severity.toUpperCase()));
  const suppressed = sampleFindings.map((finding) => ({ ...finding, suppressed: true }));
  assert.deepEqual(call("scout.vulnerabilities", [[purl]], { findings: suppressed }).value, []);
});

const inVain: readonly (readonly [name: string, args: readonly unknown[], changes: Partial<ImageFacts>])[] = [
  [
    "oci.referrer",
    [predicateTypes.vulnerabilities],
    { findings: null, missing: { findings: "no database" } },
  ],
  ["oci.referrer", [predicateTypes.vex], { findings: null, missing: { findings: "no database" } }],
  ["oci.referrer", [predicateTypes.sbom], { packages: null, missing: { packages: "no database" } }],
  ["oci.referrer", [predicateTypes.provenance], { baseImage: null, missing: { baseImage: "unknown" } }],
  [
    "oci.referrer",
    ["https://spdx.dev/Document"],
    { attestations: null, missing: { attestations: "none here" } },
  ],
  ["oci.image_digest", ["node:25"], {}],
  ["oci.index", ["node:25", "sha256:ab"], {}],
  ["oci.referrer_index", ["node:25", "sha256:ab"], {}],
  ["oci.referrer_by_digest", ["node:25", "sha256:ab"], {}],
  ["scout.package_provenance", [purl], {}],
  ["scout.vulnerabilities", [[purl]], { findings: null, missing: { findings: "no database" } }],
  ["scout.base_image", [], { baseImage: null, missing: { baseImage: "unknown" } }],
  ["cosign.verify_dsse", [{}, {}], {}],
  ["cosign.verify_image", ["node:25", {}], {}],
  ["cosign.verify_images", [["node:25"], {}], {}],
  ["gpg.verify_commit", ["a", "b", "c"], {}],
];

for (const [name, args, changes] of inVain) {
  test(`${name}: what nobody could find out is told`, () => {
    assert.equal(call(name, args, changes).unknown.length, 1);
  });
}

test("every function that the compiler is told of is there", () => {
  const builtins = createBuiltins(toScoutFacts(factsWith(), null), () => {});
  const told = [...Object.keys(scoutFunctions), ...hostFunctions].sort();
  assert.deepEqual(Object.keys(builtins).sort(), told);
});
