import assert from "node:assert/strict";
import { test } from "node:test";
import { importIgnores } from "./import-ignores.ts";
import { parseProjectFile } from "./project-file.ts";
import { newProjectFile } from "./project-text.ts";

test(".trivyignore: ids, comments as reasons, ends", () => {
  const text = `
# accepted by security
CVE-2018-14618
CVE-2022-24999 exp:2026-12-31 # only in tests

AVD-DS-0002
generic-unwanted-rule
CVE-2020-1 exp:soon
`;
  const { ignore, left } = importIgnores(text, ".trivyignore");
  assert.deepEqual(ignore, [
    { vulnerability: "CVE-2018-14618", reason: "accepted by security" },
    { vulnerability: "CVE-2022-24999", reason: "only in tests", expires: "2026-12-31" },
  ]);
  assert.equal(left.length, 3);
});

test(".trivyignore.yaml: each package and path is a rule; other parts are left", () => {
  const text = `
vulnerabilities:
  - id: CVE-2022-40897
    paths: [usr/lib/python3/**/METADATA, "srv/a", "srv/b/*", "srv/?"]
    purls: ["pkg:pypi/setuptools"]
    statement: not reached
    expired_at: 2026-12-31
secrets:
  - id: aws-access-key-id
`;
  const { ignore, left } = importIgnores(text, ".trivyignore.yaml");
  assert.deepEqual(
    ignore.map((rule) => [rule.package, rule.path, rule.expires, rule.reason]),
    [
      ["pkg:pypi/setuptools", "/usr/lib/python3/METADATA", "2026-12-31", "not reached"],
      ["pkg:pypi/setuptools", "/usr/lib/python3/*/METADATA", "2026-12-31", "not reached"],
      ["pkg:pypi/setuptools", "/srv/a", "2026-12-31", "not reached"],
    ],
  );
  // One folder is less than any text.
  assert.deepEqual(left, [
    "CVE-2022-40897: the path srv/b/* cannot be said",
    "CVE-2022-40897: the path srv/? cannot be said",
    "secrets aws-access-key-id: not about a vulnerability",
  ]);
});

test(".grype.yaml: a rule that says more than can be said is left, not widened", () => {
  const text = `
only-fixed: true
fail-on-severity: high
ignore:
  - vulnerability: CVE-2008-4318
    reason: old
    include-aliases: true
  - package: { name: lodash, location: "/srv/**" }
  - vulnerability: CVE-2020-2
    fix-state: unknown
  - package: { name: openssl, type: deb }
  - package: { name: zlib, version: 1.2.3 }
  - package: { name: app, location: "/srv/*/app" }
  - package: { name: qs, type: npm }
  - package: { name: "@babel/core", version: 7.0.0+1, type: npm }
`;
  const { ignore, settings, left } = importIgnores(text, ".grype.yaml");
  assert.deepEqual(ignore, [
    { vulnerability: "CVE-2008-4318", reason: "old" },
    { package: "lodash", path: "/srv/*" },
    { package: "pkg:npm/qs" },
    { package: "pkg:npm/%40babel/core@7.0.0%2B1" },
  ]);
  assert.deepEqual(settings, { onlyFixed: true });
  assert.equal(left.length, 5);
  const file = parseProjectFile(newProjectFile({ ignore, settings }, null), "/a/.plimsoll.yaml");
  assert.deepEqual([file.ignore, file.settings], [ignore, settings]);
});

test("the example in comments is a project file, uncommented too", () => {
  const text = newProjectFile({ ignore: [], settings: {} }, "schema.json");
  assert.match(text, /^# yaml-language-server: \$schema=schema\.json$/m);
  assert.deepEqual(parseProjectFile(text, "/a/.plimsoll.yaml").policies, []);
  const examples = text.replaceAll(/^# (?=[a-z]+:$| )/gm, "");
  const read = parseProjectFile(examples, "/a/.plimsoll.yaml");
  assert.deepEqual(
    [read.policies.length, read.exceptions.length, read.ignore.length, read.vex.length],
    [2, 1, 1, 1],
  );
});

test("other files are refused", () => {
  assert.throws(() => importIgnores("a: b", "policy.yaml"), { code: "CONFIG_INVALID" });
  assert.throws(() => importIgnores("ignore: 1", ".grype.yaml"), { code: "CONFIG_INVALID" });
  assert.throws(() => importIgnores("a: [", ".trivyignore.yaml"), { code: "CONFIG_INVALID" });
});
