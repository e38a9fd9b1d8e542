/** Targets: short texts that people and documents write: references, platforms, challenges, package URLs, versions, Dockerfiles. */
import { runtimeBaseOf } from "../../src/analysis/dockerfile-base.ts";
import { formatPlatform } from "../../src/domain/image.ts";
import { lookUpKeys } from "../../src/ecosystems/look-up.ts";
import { parseChallenge } from "../../src/oci/challenge.ts";
import { parsePlatform } from "../../src/oci/platform.ts";
import { formatReference, parseReference } from "../../src/oci/reference.ts";
import { matchesWildcard } from "../../src/policies/approved-base-images/wildcard.ts";
import { packageFromPurl } from "../../src/sbom/package-from-purl.ts";
import { versionSchemes } from "../../src/versions/schemes.ts";
import type { VersionScheme } from "../../src/versions/types.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";

function textTarget(name: string, samples: readonly string[], check: (text: string) => void): FuzzTarget {
  return {
    name,
    samples: samples.map((sample) => Buffer.from(sample)),
    check: (input) => check(input.toString("utf8")),
  };
}

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

const references = [
  "alpine",
  "team/app:1.2",
  `localhost:5000/a/b@${digest}`,
  "registry.example.com/team/app_x:v1",
  "[::1]:5000/a",
];

function checkReference(text: string): void {
  const written = formatReference(parseReference(text));
  expect(
    formatReference(parseReference(written)) === written,
    "a reference written in full reads as another",
  );
}

const purls = [
  "pkg:npm/%40angular/core@17.0.0",
  "pkg:deb/debian/libssl3@1:3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
  "pkg:apk/alpine/zlib@1.3.1-r2?distro=alpine-3.20",
  "pkg:golang/google.golang.org/genproto@abc#googleapis/api",
  "pkg:pypi/Django@5.0",
  "pkg:bitnami/wordpress@6.1.0-3?arch=amd64&distro=debian-12",
];

function checkPurl(text: string): void {
  const found = packageFromPurl(text);
  if (found === null) return;
  lookUpKeys(found.package, found.distro);
  const again = packageFromPurl(found.package.purl);
  expect(again !== null, "a package URL that was read cannot be read again");
  expect(again?.package.name === found.package.name, "a package URL changes its name when it is read again");
  expect(
    again?.package.version === found.package.version,
    "a package URL changes its version when it is read again",
  );
}

const versions: Readonly<Record<string, readonly string[]>> = {
  alpm: ["1:2.3-4\n2.3-4\n2.3.r5.gabcdef-1.1", "20240101-1\n1.0rc1-1\n1.0-2"],
  apk: ["1.2.3-r4\n1.2.3_rc1-r0\n1.2.3a", "20240101\n0.1_pre2_git3-r1\n1.0~abcdef"],
  bitnami: ["1.2.3-4\n1.2.3\n1.2.3-10", "v1.2\n2023.03.13-0\n2.4.46-10.el8+b"],
  deb: ["1:2.3~rc1-4+deb12u1\n2.3-4\n0", "2.0+dfsg-1\n2.0~\n1.0.0-0ubuntu1"],
  pep440: ["1!2.0.0rc1.post2.dev3+local.1\n2.0\n2.0.0", "v1.0a1\n1.0-1\n1.0.dev1"],
  rpm: ["1:2.3~rc1-4.el9\n2.3-4.el9_2\n0:2.3^git1-1", "1.0-1\n1.0a-1\n1.0.0-1"],
  "semver-build": ["1.2.3-alpha.1+5\n1.2.3+5\n1.2.3", "2.0.0-rc.1\n10.0.0\n1.2.3-0"],
  semver: ["1.2.3-alpha.1+build\n1.2.3\n1.2", "v2.0.0-rc.1\n10.0.0\n1.2.3-0"],
};

/** Three versions, a line each: valid ones have a total order, others are refused by name. */
function checkScheme(scheme: VersionScheme, text: string): void {
  const found = text.split("\n").slice(0, 3);
  for (const version of found) {
    if (scheme.isValid(version))
      expect(scheme.compare(version, version) === 0, "a version differs from itself");
  }
  const [a = "", b = "", c = ""] = found.filter((version) => scheme.isValid(version));
  if (b !== "")
    expect(
      scheme.compare(a, b) === -scheme.compare(b, a) || scheme.compare(a, b) === 0,
      "an order depends on sides",
    );
  if (c !== "" && scheme.compare(a, b) <= 0 && scheme.compare(b, c) <= 0)
    expect(scheme.compare(a, c) <= 0, "an order runs in a circle");
  // Throws for what is not valid, with a code.
  for (const version of found) scheme.compare(version, version);
}

const dockerfiles = [
  "# syntax=docker/dockerfile:1\nARG V=3.20\nFROM --platform=$BUILDPLATFORM golang:1.22 AS build\nRUN make\nFROM alpine:${V:-3.19}\nCOPY --from=build /a /a\n",
  'FROM scratch AS a\nFROM a\\\n AS b\nARG X="y"\nFROM b\n',
];

export const nameTargets: readonly FuzzTarget[] = [
  textTarget("reference", references, checkReference),
  textTarget("platform", ["linux/amd64", "linux/arm/v7", "Linux/aarch64/v8"], (text) => {
    const written = formatPlatform(parsePlatform(text));
    expect(formatPlatform(parsePlatform(written)) === written, "a platform in normal form reads as another");
  }),
  textTarget(
    "challenge",
    ['Bearer realm="https://a.example/token",service="a",scope="repository:x:pull"', 'Basic realm="x, y"'],
    (text) => void parseChallenge(text),
  ),
  textTarget("purl", purls, checkPurl),
  textTarget("dockerfile", dockerfiles, (text) => {
    const base = runtimeBaseOf(text, null, { V: "1" });
    expect(base !== "", "a base image has no name");
    runtimeBaseOf(text, "build", {});
  }),
  textTarget("wildcard", ["docker.io/library/*\ndocker.io/library/alpine", "*a*b*\nxaxbx"], (text) => {
    const [pattern = "", name = ""] = text.split("\n");
    expect(
      !matchesWildcard(pattern, name) || pattern.includes("*") || pattern === name,
      "a plain pattern takes another text",
    );
  }),
  ...versionSchemes.map((scheme) =>
    textTarget(`version ${scheme.id}`, versions[scheme.id] ?? ["1.0\n1.1\n1.2"], (text) =>
      checkScheme(scheme, text),
    ),
  ),
];
