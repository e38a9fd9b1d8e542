/** Every source of vulnerability data that Scout names is one here, or the page of feeds says why not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { feeds } from "../../src/advisories/feeds.ts";
import { feedsReference } from "./feeds-reference.ts";

/** As its manual lists them: a feed, a part of one (`osv/Go`), or the row of `Feeds that are not there` that tells. */
const sources: Readonly<Record<string, string>> = {
  "AlmaLinux Security Advisory": "almalinux",
  "Alpine secdb": "alpine",
  "Amazon Linux Security Center": "amazon",
  "Bitnami Vulnerability Database": "osv/Bitnami",
  "Chainguard Security Feed": "chainguard",
  "CISA Known Exploited Vulnerability Catalog": "kev",
  "CISA Vulnrichment": "cve",
  "Debian Security Bug Tracker": "debian",
  "Exploit Prediction Scoring System": "epss",
  "GitHub Advisory Database": "GitHub advisories as a feed of their own",
  "GitLab Advisory Database": "GitLab Advisory Database",
  "Golang VulnDB": "osv/Go",
  inTheWild: "inTheWild",
  "National Vulnerability Database": "nvd",
  "Oracle Linux Security": "oracle",
  "Photon OS 3.0 Security Advisories": "photon",
  "Python Packaging Advisory Database": "osv/PyPI",
  "RedHat Security Data": "redhat",
  "Rocky Linux Security Advisory": "rocky",
  "RustSec Advisory Database": "osv/crates.io",
  "SUSE Security CVRF": "suse",
  "Ubuntu CVE Tracker": "ubuntu",
  "Wolfi Security Feed": "wolfi",
};

test("every source of Scout is a feed, comes with one, or has its reason on the page", () => {
  const known = new Set(feeds.flatMap(({ id, parts }) => [id, ...parts.map((part) => `${id}/${part.id}`)]));
  const [, reasons = ""] = feedsReference().split("\n## Feeds that are not there");
  const named = [...reasons.matchAll(/^\| ([^|]+?) +\|/gm)].map((match) => match[1]);
  assert.equal(Object.keys(sources).length, 23);
  const missing = Object.values(sources).filter((name) => !known.has(name) && !named.includes(name));
  assert.deepEqual(missing, []);
});
