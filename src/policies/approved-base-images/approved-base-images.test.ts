import assert from "node:assert/strict";
import { test } from "node:test";
import type { Distro } from "../../domain/package.ts";
import type { BaseImageFacts, BaseSupport } from "../../domain/policy.ts";
import { baseWith, factsWith } from "../fixtures/facts.ts";
import { approvedBaseImages } from "./index.ts";

const slim = { allowed_base_images: ["docker.io/library/node:*-slim"] };
const node = { name: "docker.io/library/node", tag: "24-slim" };

const rows: [name: string, base: Partial<BaseImageFacts>, config: object, status: string][] = [
  ["everything is approved", {}, {}, "met"],
  ["a pattern takes it", node, slim, "met"],
  ["no pattern takes it", { ...node, tag: "24" }, slim, "not_met"],
  [
    "second pattern",
    node,
    { allowed_base_images: ["docker.io/ORG/dhi-*", ...slim.allowed_base_images] },
    "met",
  ],
  ["nothing is approved", {}, { allowed_base_images: [] }, "not_met"],
  ["the tag decides and is not known", { ...node, tag: null }, slim, "no_data"],
  ["the tag is not known, the name decides", { tag: null }, slim, "not_met"],
  [
    "the tag is not known, any will do",
    { ...node, tag: null },
    { allowed_base_images: ["docker.io/library/*"] },
    "met",
  ],
  ["by digest", { tag: null }, { allowed_base_images: ["docker.io/library/debian@sha256:one"] }, "met"],
  ["only claimed", { evidence: "claimed" }, {}, "no_data"],
  ["only claimed and not approved", { evidence: "claimed" }, slim, "no_data"],
  ["found by layers", { evidence: "layers" }, {}, "met"],
  ["FROM scratch", { scratch: true }, { allowed_base_images: [] }, "met"],
];

for (const [name, base, config, status] of rows) {
  test(`approved base images: ${name}`, () => {
    const options = approvedBaseImages.options.parse(config);
    const outcome = approvedBaseImages.evaluate(factsWith({ baseImage: baseWith(base) }), options, () => {});
    assert.equal(outcome.status, status);
  });
}

const distroRows: [distro: string | null, config: object, status: string][] = [
  ["debian 13", {}, "met"],
  ["debian 12", {}, "met"],
  ["debian 12.11", {}, "met"],
  ["debian 11", {}, "not_met"],
  ["debian 11", { allowed_distros: ["debian:11"] }, "met"],
  ["debian 12", { allowed_distros: ["debian:11"] }, "not_met"],
  ["debian 12", { allowed_distros: ["debian", "debian:11"] }, "met"],
  ["debian 11", { allowed_distros: ["ubuntu"] }, "not_met"],
  ["debian 11", { allowed_distros_only: false }, "met"],
  ["debian 99", {}, "no_data"],
  ["debian -", {}, "no_data"],
  [null, {}, "no_data"],
  [null, { allowed_distros_only: false }, "met"],
  ["alpine 3.24.1", {}, "met"],
  ["alpine 3.22.0", {}, "met"],
  ["alpine 3.21.4", {}, "not_met"],
  ["alpine 3.2.0", {}, "not_met"],
  ["ubuntu 24.04", {}, "met"],
  ["ubuntu 20.04", {}, "not_met"],
  ["rhel 9.6", {}, "met"],
  ["rhel 7.9", {}, "not_met"],
  ["sles 15.6", {}, "not_met"],
  ["sles 15.7", {}, "met"],
  ["sles 15.9", {}, "no_data"],
  ["fedora 42", {}, "not_met"],
  ["wolfi 20230201", {}, "met"],
  ["photon 5.0", {}, "met"],
  ["slackware 15", {}, "not_met"],
  ["slackware 15", { allowed_distros: ["slackware"] }, "no_data"],
  ["slackware 15", { allowed_distros: ["SLACKWARE:15"] }, "met"],
];

for (const [text, config, status] of distroRows) {
  test(`approved base images: ${text ?? "unknown distribution"} with ${JSON.stringify(config)}`, () => {
    const facts = factsWith({ distro: text === null ? null : distroOf(text) });
    const outcome = approvedBaseImages.evaluate(facts, approvedBaseImages.options.parse(config), () => {});
    assert.equal(outcome.status, status);
  });
}

test("approved base images: the last day of support is supported, the next is not", () => {
  const statuses = ["2026-08-31T23:59:59Z", "2026-09-01T00:00:00Z"].map((day) => {
    const facts = factsWith({ now: new Date(day), distro: distroOf("debian 11") });
    return approvedBaseImages.evaluate(facts, approvedBaseImages.options.parse({}), () => {}).status;
  });
  assert.deepEqual(statuses, ["met", "not_met"]);
});

test("approved base images: a refused source beats an unknown distribution", () => {
  const options = approvedBaseImages.options.parse(slim);
  const outcome = approvedBaseImages.evaluate(factsWith({ distro: null }), options, () => {});
  assert.ok(outcome.status === "not_met" && outcome.deviations.length === 1);
});

for (const pattern of ["alpine", "alpine:*", "library/alpine:3", "org/*"]) {
  test(`approved base images: refuses ${pattern}, which names no host`, () => {
    assert.equal(approvedBaseImages.options.safeParse({ allowed_base_images: [pattern] }).success, false);
  });
}

for (const pattern of [
  "*",
  "docker.io/library/alpine:*",
  "localhost/app",
  "localhost:5000/app:*",
  "*.example.com/app:*",
]) {
  test(`approved base images: takes ${pattern}`, () => {
    assert.equal(approvedBaseImages.options.safeParse({ allowed_base_images: [pattern] }).success, true);
  });
}

function distroOf(text: string): Distro {
  const [id = "", version = "-"] = text.split(" ");
  return { id, versionId: version === "-" ? null : version, codename: null, name: text, idLike: [] };
}

const old: BaseSupport = {
  isSupported: false,
  source: "library/debian",
  supportedTags: ["13-slim", "12-slim"],
};
const supportRows: [
  name: string,
  base: Partial<BaseImageFacts>,
  support: BaseSupport | null,
  status: string,
][] = [
  ["a supported tag", {}, { ...old, isSupported: true }, "met"],
  ["a tag that is not supported", {}, old, "not_met"],
  ["no list for an official image", {}, null, "no_data"],
  ["no list for an image of others", { name: "ghcr.io/acme/base" }, null, "met"],
  ["a list of the operator's for an image of others", { name: "ghcr.io/acme/base" }, old, "not_met"],
  ["the tag is not known", { tag: null }, old, "no_data"],
];
for (const [name, base, baseSupport, status] of supportRows) {
  test(`approved base images, supported tags: ${name}`, () => {
    const options = approvedBaseImages.options.parse({ supported_tags_only: true });
    const facts = factsWith({ baseImage: baseWith(base), baseSupport });
    assert.equal(approvedBaseImages.evaluate(facts, options, () => {}).status, status);
  });
}

test("approved base images: a tag that is not supported comes with others that are", () => {
  const options = approvedBaseImages.options.parse({ supported_tags_only: true });
  const outcome = approvedBaseImages.evaluate(factsWith({ baseSupport: old }), options, () => {});
  assert.ok(outcome.status === "not_met");
  assert.equal(outcome.deviations[0]?.remediation, "Build on a supported tag: 13-slim, 12-slim");
});
