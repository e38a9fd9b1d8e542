/**
 * Small packages and advisories for tests of matching.
 */
import assert from "node:assert/strict";
import type { Advisory, AffectedRange, SeverityRating } from "../../src/domain/advisory.ts";
import type { Finding } from "../../src/domain/finding.ts";
import type { Package } from "../../src/domain/package.ts";
import { match, type MatchSubject } from "../../src/matching/match.ts";

/** An npm package with evidence in one layer; `more` changes it. */
export function pkg(name: string, version: string, more: Partial<Package> = {}): Package {
  return {
    ecosystem: "npm",
    namespace: null,
    name,
    version,
    purl: `pkg:npm/${name}@${version}`,
    sourcePackage: null,
    architecture: null,
    licenses: [],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [{ path: `app/node_modules/${name}/package.json`, layer: "sha256:aa", layerIndex: 1 }],
    ...more,
  };
}

/** An npm package as matching is handed it. */
export function npm(version: string, name = "thing"): MatchSubject {
  return {
    package: pkg(name, version),
    keys: [{ space: "npm", name, version, by: "package" }],
    scheme: "semver",
  };
}

/** A Debian binary package, looked up by its source package `thing`. */
export function deb(version: string, space = "deb:debian:12"): MatchSubject {
  return {
    package: pkg("libthing1", version, { ecosystem: "deb", purl: `pkg:deb/debian/libthing1@${version}` }),
    keys: [{ space, name: "thing", version, by: "source-package" }],
    scheme: "deb",
  };
}

/**
 * An npm package whose files a package of Debian's owns, and an advisory of npm's that holds it; `told`: what Debian says of the
 * owner under CVE-2017-0001; null: nothing.
 */
export function owned(told: Partial<Advisory> | null, more: Partial<Advisory> = {}) {
  const space = "deb:debian:12";
  const purl = "pkg:deb/debian/node-thing@2.6.9-1";
  const key = { space, name: "node-thing", version: "2.6.9-1", by: "source-package" } as const;
  const subject: MatchSubject = { ...npm("2.6.9"), owner: { purl, keys: [key] } };
  const own = advisory("CVE-2017-0001", { ranges: [range("0", "3.0.0")], ...more });
  const stated = advisory("CVE-2017-0001", { feed: "debian", space, name: "node-thing", ...told });
  const advisories = new Map([["npm\nthing", [own]]]);
  if (told !== null) advisories.set(`${space}\nnode-thing`, [stated]);
  return { subject, input: { packages: [subject], advisories } };
}

/** `range("1.0.0", "1.2.0")`: introduced, fixed, last affected. */
export function range(
  introduced: string,
  fixed: string | null = null,
  lastAffected: string | null = null,
  scheme = "semver",
): AffectedRange {
  return { scheme, introduced, fixed, lastAffected };
}

/** An advisory on `thing` that says nothing yet. */
export function advisory(id: string, more: Partial<Advisory> = {}): Advisory {
  return {
    id,
    feed: "osv",
    space: "npm",
    name: "thing",
    aliases: [],
    summary: "",
    ranges: [],
    versions: [],
    severities: [],
    cwes: [],
    publishedAt: null,
    modifiedAt: null,
    url: null,
    demonstration: false,
    ...more,
  };
}

/** A rating by score. */
export function cvss(
  source: string,
  type: "CVSS_V2" | "CVSS_V3" | "CVSS_V4",
  score: number,
  severity: SeverityRating["severity"],
): SeverityRating {
  return { source, type, vector: `${type}:${score}`, score, severity };
}

/** The findings of one package and the advisories under its first key. */
export function findingsOf(subject: MatchSubject, advisories: readonly Advisory[]): readonly Finding[] {
  const key = subject.keys[0];
  assert.ok(key);
  return match({ packages: [subject], advisories: new Map([[`${key.space}\n${key.name}`, advisories]]) })
    .findings;
}

/** `CVE-1 affected` for each finding. */
export function outcome(subject: MatchSubject, ...advisories: readonly Advisory[]): string[] {
  return findingsOf(subject, advisories).map((finding) => `${finding.vulnerability} ${finding.state}`);
}
