/** The functions that modules may call: an answer, a refusal, and what is asked for in vain. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { sampleFindings } from "../../../test/golden/sample-analysis.ts";
import type { ImageFacts } from "../../domain/policy.ts";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { baseWith, factsWith, imageDigest } from "../fixtures/facts.ts";
import { createBuiltins, hostFunctions, scoutFunctions } from "./builtins.ts";
import {
  questionKey,
  textsIn,
  type Evidence,
  type EvidenceAnswers,
  type Question,
  type QuestionName,
} from "./evidence.ts";
import { toScoutFacts } from "./scout-facts.ts";

function call(
  name: string,
  args: readonly unknown[],
  changes: Partial<ImageFacts> = {},
  answers: EvidenceAnswers = {},
) {
  const unknown: string[] = [];
  const asked: Question[] = [];
  const facts = toScoutFacts(factsWith(changes), "docker.io/library/app");
  const builtins = createBuiltins(facts, answers, {
    unknown: (reason) => void unknown.push(reason),
    asked: (question) => void asked.push(question),
  });
  const value = builtins[name]?.(...args);
  return { value, unknown, asked };
}

const ns = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

const attestation = {
  predicateType: "https://spdx.dev/Document",
  predicate: { packages: [] },
  subjectDigests: [imageDigest],
  storage: "referrer",
  trust: "unsigned",
  manifestDigest: `sha256:${"c".repeat(64)}`,
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
  ["time.parse_rfc3339_ns", ["2026-01-01T00:00:00Z"], {}, ns("2026-01-01T00:00:00Z")],
  ["time.parse_rfc3339_ns", ["2026-01-01T00:00:00.000000001Z"], {}, ns("2026-01-01T00:00:00Z") + 1n],
  ["time.parse_rfc3339_ns", ["yesterday"], {}, undefined],
  ["time.now_ns", [], {}, ns("2026-11-21T12:00:00Z")],
  ["time.diff", [ns("2026-03-01T00:00:01Z"), ns("2026-01-31T12:00:00Z")], {}, [0, 1, 0, 12, 0, 1]],
  ["time.parse_duration_ns", ["1h30m"], {}, 5400e9],
  ["time.parse_duration_ns", ["-1.5s"], {}, -1.5e9],
  ["time.parse_duration_ns", ["soon"], {}, undefined],
  ["time.date", [ns("2026-02-03T04:05:06Z")], {}, [2026, 2, 3]],
  ["time.clock", [ns("2026-02-03T04:05:06Z")], {}, [4, 5, 6]],
  ["time.weekday", [ns("2026-02-03T04:05:06Z")], {}, "Tuesday"],
  // As `opa eval` of 1.22.2 answers.
  ["time.clock", [[1670006453141828752n, "America/New_York"]], {}, [13, 40, 53]],
  ["time.date", [[1670006453141828752n, "Pacific/Auckland"]], {}, [2022, 12, 3]],
  ["time.weekday", [[1670006453141828752n, "Pacific/Auckland"]], {}, "Saturday"],
  ["time.date", [[0, "Nowhere/City"]], {}, undefined],
  [
    "time.diff",
    [
      [1670006453141828752n, "Europe/Berlin"],
      [1711846800000000000n, "Europe/Berlin"],
    ],
    {},
    [1, 3, 28, 7, 19, 7],
  ],
  ["time.format", [1670006453141828752n], {}, "2022-12-02T18:40:53.141828752Z"],
  ["time.format", [[1670006453141828752n, "Asia/Kolkata"]], {}, "2022-12-03T00:10:53.141828752+05:30"],
  [
    "time.format",
    [[1670006453141828752n, "Asia/Kolkata", "Mon Jan 02 15:04:05 -0700 2006"]],
    {},
    "Sat Dec 03 00:10:53 +0530 2022",
  ],
  [
    "time.format",
    [[1670006453141828752n, "", "2006-01-02 3:04:05PM .000 Jan _2 Monday January 06 1 2 002 Z07:00"]],
    {},
    "2022-12-02 6:40:53PM .141 Dec  2 Friday December 22 12 2 336 Z",
  ],
  [
    "time.format",
    [[1670006453141828752n, "America/New_York", "3:04 PM -07:00 Z0700 pm"]],
    {},
    "1:40 PM -05:00 -0500 pm",
  ],
  ["time.format", [[0, "UTC", "3:04 PM -07:00 Z0700"]], {}, "12:00 AM +00:00 Z"],
  ["time.format", [[1670006453000000000n, "UTC", "RFC3339Nano"]], {}, "2022-12-02T18:40:53Z"],
  ["time.format", [[1670006453000000000n, "UTC", "RFC1123Z"]], {}, "Fri, 02 Dec 2022 18:40:53 +0000"],
  ["strings.split_n", ["a.b.c", ".", 2], {}, ["a", "b"]],
  ["strings.split_n", ["a.b.c", ".", -1], {}, ["c"]],
  ["urlquery.encode_object", [{ d: "e f", a: ["b", "c"] }], {}, "a=b&a=c&d=e+f"],
  ["urlquery.encode_object", [{ a: "x*~-_.y é" }], {}, "a=x%2A~-_.y+%C3%A9"],
  ["urlquery.decode_object", ["a=b&a=c&d=e+f&g"], {}, { a: ["b", "c"], d: ["e f"], g: [""] }],
  ["net.cidr_is_valid", ["10.0.0.0/8"], {}, true],
  ["net.cidr_is_valid", ["10.0.0.1"], {}, false],
  ["net.cidr_is_valid", ["10.0.0.0/33"], {}, false],
  ["net.cidr_is_valid", ["::/0"], {}, true],
  ["net.cidr_is_valid", ["fe80::1:2/64"], {}, true],
  ["net.cidr_is_valid", ["300.0.0.0/8"], {}, false],
  ["net.cidr_is_valid", ["1.2.3/8"], {}, false],
  ["net.cidr_is_valid", [":/8"], {}, false],
  ["crypto.hmac.equal", ["a", "a"], {}, true],
  ["crypto.hmac.equal", ["a", "bb"], {}, false],
  [
    "json.patch",
    [
      { a: { foo: 1 }, l: [1, 2] },
      [
        { op: "add", path: "/a/bar", value: 2 },
        { op: "remove", path: "a/foo" },
        { op: "add", path: "/l/-", value: 3 },
        { op: "replace", path: "/l/0", value: 9 },
        { op: "copy", from: "/l/1", path: "/c" },
        { op: "move", from: "/c", path: ["d"] },
        { op: "test", path: "/d", value: 2 },
      ],
    ],
    {},
    { a: { bar: 2 }, d: 2, l: [9, 2, 3] },
  ],
  ["json.patch", [{ a: 1 }, [{ op: "test", path: "/a", value: 2 }]], {}, undefined],
  ["json.patch", [{ a: [{ b: 1 }] }, [{ op: "test", path: "/a", value: [{ b: 1 }] }]], {}, { a: [{ b: 1 }] }],
  ["json.patch", [{ a: [{ b: 1 }] }, [{ op: "test", path: "/a", value: [{ b: 2 }] }]], {}, undefined],
  ["json.patch", [{ a: 1 }, [{ op: "remove", path: "/b" }]], {}, undefined],
  ["json.patch", [{ a: 1 }, [{ op: "add", path: "/b/c", value: 1 }]], {}, undefined],
  ["json.patch", [{ a: 1 }, [{ op: "replace", path: "", value: 5 }]], {}, 5],
  ["time.add_date", [ns("2026-01-31T00:00:00Z"), 0, 0, 1], {}, ns("2026-02-01T00:00:00Z")],
  ["semver.compare", ["1.2.3", "1.10.0"], {}, -1],
  ["semver.compare", ["1.2", "1.10.0"], {}, undefined],
  ["semver.is_valid", ["1.2.3-rc.1"], {}, true],
  ["semver.is_valid", [1], {}, false],
  ["strings.any_prefix_match", [["abc", "x"], "ab"], {}, true],
  ["strings.any_suffix_match", ["abc", ["d", "e"]], {}, false],
  ["strings.count", ["banana", "an"], {}, 2],
  ["sprintf", ["%d%%", [5]], {}, "5%"],
  ["sprintf", [5, [5]], {}, undefined],
  [
    "regex.find_n",
    ["(?im)^infected files: ([0-9]+)$", "a\nInfected files: 2\n", -1],
    {},
    ["Infected files: 2"],
  ],
  ["regex.find_n", ["a", "aaa", 2], {}, ["a", "a"]],
  ["regex.find_n", ["(", "aaa", 2], {}, undefined],
  ["regex.replace", ["foo bar", "(\\w+) (?P<second>\\w+)", "${second} $1 $$"], {}, "bar foo $"],
  ["regex.replace", ["aab", "a*", "-"], {}, "-b-"],
  ["regex.split", [",\\s*", "a, b,c"], {}, ["a", "b", "c"]],
  ["regex.split", ["", "ab"], {}, ["a", "b"]],
  ["indexof_n", ["banana", "ana"], {}, [1, 3]],
  ["numbers.range_step", [10, 4, 3], {}, [10, 7, 4]],
  ["numbers.range_step", [10, 4, 0], {}, undefined],
  ["units.parse", ["1.5Mi"], {}, 1572864],
  ["units.parse", ["100m"], {}, 0.1],
  ["units.parse_bytes", ["10KiB"], {}, 10240],
  ["units.parse_bytes", ["ten"], {}, undefined],
  ["urlquery.encode", ["a b&c"], {}, "a+b%26c"],
  ["urlquery.decode", ["a+b%26c"], {}, "a b&c"],
  ["yaml.unmarshal", ["a: [1]"], {}, { a: [1] }],
  ["yaml.unmarshal", ["a: ["], {}, undefined],
  [
    "crypto.hmac.sha256",
    ["text", "key"],
    {},
    "6afa9046a9579cad143a384c1b564b9a250d27d6f6a63f9f20bf3a7594c9e2c6",
  ],
  ["scout.package_recommendation", [purl], { findings: sampleFindings }, "3.0.14-1~deb12u1"],
  ["scout.package_recommendation", ["pkg:npm/none@1"], { findings: sampleFindings }, undefined],
  [
    "scout.package_provenance",
    ["pkg:deb/debian/curl@7.88?arch=amd64"],
    {
      attestations: [
        {
          ...attestation,
          predicateType: "https://slsa.dev/provenance/v0.2",
          predicate: { materials: [{ uri: "pkg:deb/debian/curl@7.88", digest: { sha256: "ab" } }] },
        },
      ],
    },
    {
      uri: "pkg:deb/debian/curl@7.88",
      digest: { sha256: "ab" },
      predicate_type: "https://slsa.dev/provenance/v0.2",
    },
  ],
  ["hex.encode", ["ab"], {}, "6162"],
  ["hex.decode", ["6162"], {}, "ab"],
  ["crypto.sha256", [""], {}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["crypto.md5", [""], {}, "d41d8cd98f00b204e9800998ecf8427e"],
  ["crypto.sha1", [""], {}, "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
];

for (const [name, args, changes, value] of rows) {
  test(`${name}(${inspect(args).slice(2, -2)})`, () => {
    assert.deepEqual(call(name, args, changes), { value, unknown: [], asked: [] });
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
    [predicateTypes.scoutVulnerabilities],
    { findings: null, missing: { findings: "no database" } },
  ],
  ["oci.referrer", [predicateTypes.openVex], { findings: null, missing: { findings: "no database" } }],
  ["oci.referrer", [predicateTypes.scoutSbom], { packages: null, missing: { packages: "no database" } }],
  ["oci.referrer", [predicateTypes.scoutProvenance], { baseImage: null, missing: { baseImage: "unknown" } }],
  [
    "oci.referrer",
    ["https://spdx.dev/Document"],
    { attestations: null, missing: { attestations: "none here" } },
  ],
  ["scout.package_provenance", [purl], {}],
  ["scout.vulnerabilities", [[purl]], { findings: null, missing: { findings: "no database" } }],
  ["scout.base_image", [], { baseImage: null, missing: { baseImage: "unknown" } }],
  // What only a label says of the base is nothing that is known.
  ["scout.base_image", [], { baseImage: baseWith({ evidence: "claimed", claimedBy: "label" }) }],
  [
    "oci.referrer",
    [predicateTypes.scoutProvenance],
    { baseImage: baseWith({ evidence: "claimed", claimedBy: "label" }) },
  ],
  ["time.date", [[0, "Local"]], {}],
  ["time.format", [[0, "Europe/Berlin", "RFC1123"]], {}],
];

for (const [name, args, changes] of inVain) {
  test(`${name}: what nobody could find out is told`, () => {
    assert.equal(call(name, args, changes).unknown.length, 1);
  });
}

test("oci.referrer: where the attestation lies, so that its signature can be asked for", () => {
  const { value } = call("oci.referrer", [attestation.predicateType], { attestations: [attestation] });
  assert.equal((value as { image: string }).image, `docker.io/library/app@${attestation.manifestDigest}`);
});

const outside: readonly (readonly [name: QuestionName, args: readonly unknown[]])[] = [
  ["oci.image_digest", ["node:25"]],
  ["oci.index", ["node:25", "sha256:ab"]],
  ["oci.referrer_index", ["node:25", "sha256:ab"]],
  ["oci.referrer_by_digest", ["node:25", "sha256:ab"]],
  ["cosign.verify_dsse", [{ payload: "" }, { key_ref: "https://example.com/key.pub" }]],
  ["cosign.verify_image", ["node:25", { key_ref: "https://example.com/key.pub" }]],
  ["gpg.verify_commit", ["tree 1", "-----BEGIN PGP SIGNATURE-----", "https://example.com/key.asc"]],
];

for (const [name, args] of outside) {
  const question = { name, args };
  const given = (answer: Evidence): EvidenceAnswers => ({ [questionKey(question)]: answer });
  test(`${name}: asked, answered, answered with nothing, and in vain`, () => {
    assert.deepEqual(call(name, args).asked, [question]);
    assert.deepEqual(call(name, args, {}, given({ value: "x" })), { value: "x", unknown: [], asked: [] });
    assert.deepEqual(call(name, args, {}, given({ value: null })), { value: null, unknown: [], asked: [] });
    const inVain = call(name, args, {}, given({ reason: "offline" }));
    assert.deepEqual(inVain, { value: undefined, unknown: ["offline"], asked: [] });
  });
}

test("cosign.verify_images: one answer for each image, and none for those that could not be asked for", () => {
  const question = (image: string): Question => ({ name: "cosign.verify_image", args: [image, {}] });
  const answers: EvidenceAnswers = {
    [questionKey(question("a"))]: { value: { verified: true } },
    [questionKey(question("b"))]: { reason: "offline" },
  };
  const { value, unknown, asked } = call("cosign.verify_images", [["a", "b", "c"], {}], {}, answers);
  assert.deepEqual(value, { a: { verified: true } });
  assert.deepEqual([unknown, asked], [["offline"], [question("c")]]);
});

test("texts of a module and of its configuration, which name whom it may ask", () => {
  const texts = textsIn('x := "a\\"b" # "c"\ny := `d\n`', { keys: [{ ref: "e" }] });
  assert.deepEqual(texts, ['a"b', "d\n", "e"]);
});

test("every function that the compiler is told of is there", () => {
  const builtins = createBuiltins(
    toScoutFacts(factsWith(), null),
    {},
    { unknown: () => {}, asked: () => {} },
  );
  const told = [...Object.keys(scoutFunctions), ...hostFunctions].sort();
  assert.deepEqual(Object.keys(builtins).sort(), told);
});
