/** Names that `--only-package` looks at, by ecosystem. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleFindings } from "../../../test/golden/sample-analysis.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { makeFilter } from "./filters.ts";

const rows: readonly (readonly [
  ecosystem: string,
  namespace: string | null,
  name: string,
  pattern: string,
  isKept: boolean,
])[] = [
  ["npm", "@types", "node", "^@types/node$", true],
  ["npm", "@types", "node", "^node$", false],
  ["npm", null, "node", "^node$", true],
  ["golang", "golang.org/x", "net", "^golang\\.org/x/net$", true],
  ["golang", "golang.org/x", "net", "^net$", true],
  ["maven", "org.slf4j", "slf4j-api", "^org\\.slf4j:", true],
  ["maven", "org.slf4j", "slf4j-api", "^slf4j-api$", true],
  ["composer", "symfony", "http-kernel", "^symfony/", true],
  ["deb", "debian", "libssl3", "debian", false],
  ["rpm", "rhel", "openssl", "^openssl$", true],
];

for (const [ecosystem, namespace, name, pattern, isKept] of rows) {
  test(`--only-package ${pattern} ${isKept ? "keeps" : "leaves out"} ${ecosystem} ${namespace ?? ""} ${name}`, () => {
    const [finding] = sampleFindings as readonly [FindingFacts];
    const other = { ...finding, package: { ...finding.package, ecosystem, namespace, name } };
    assert.equal(makeFilter({ onlyPackage: [pattern] }).keeps(other), isKept);
  });
}
