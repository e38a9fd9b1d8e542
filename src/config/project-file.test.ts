import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileSettings, settingOptions, settingVariables } from "./file-settings.ts";
import { findProjectFile, userFilePath } from "./find-files.ts";
import { parseProjectFile, readUserFile } from "./project-file.ts";
import { expiryOf } from "./project-schema.ts";
import { settings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-project-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("every part of a project file is read, and paths begin at its folder", () => {
  const project = parseProjectFile(
    `
policies:
  - id: fixable-vulnerabilities
    weight: 30
    effect: warn
    config: { severities: [CRITICAL] }
exceptions:
  - vulnerability: CVE-2026-1
    kind: accepted_risk
    reason: behind the proxy
    scope: { repositories: [docker.io/library/a], package: "pkg:npm/qs" }
    expires: 2026-12-31
ignore:
  - vulnerability: CVE-2026-2
    package: lodash*
trust:
  keys: [keys/release.pem, "-----BEGIN PUBLIC KEY-----\\nx\\n-----END PUBLIC KEY-----"]
  vexAuthors: [security@example.com]
vex: [vex]
settings:
  failOn: [no-data]
  databaseMaxAge: 24
`,
    "/srv/app/.plimsoll.yaml",
  );
  assert.deepEqual(project.policies[0]?.config, { severities: ["CRITICAL"] });
  assert.equal(project.exceptions[0]?.expires, "2026-12-31");
  assert.equal(project.ignore[0]?.package, "lodash*");
  assert.equal(project.trust.keys?.[0], "/srv/app/keys/release.pem");
  assert.match(project.trust.keys?.[1] ?? "", /^-----BEGIN/);
  assert.deepEqual(project.vex, ["/srv/app/vex"]);
  assert.deepEqual(settingOptions(project.settings), { failOn: ["no-data"] });
  assert.deepEqual(settingVariables(project.settings), { PLIMSOLL_DB_MAX_AGE_HOURS: "24" });
});

test("an empty file sets nothing", () => {
  assert.deepEqual(parseProjectFile("", "/a/.plimsoll.yaml").policies, []);
});

const wrong: readonly (readonly [name: string, text: string, line: RegExp])[] = [
  ["broken YAML", "policies:\n  - [", /line \d/],
  ["an unknown key", "polices: []", /polices/],
  ["a policy of nothing", "policies:\n  - weight: 1\n", /line 2: policies\[0\]/],
  ["a bad value", "ignore:\n  - vulnerability: a\n    expires: soon\n", /line 3: ignore\[0\]\.expires/],
  ["an ignore rule of everything", "ignore:\n  - reason: x\n", /vulnerability, a package or a path/],
  ["an ignore rule of any id", 'ignore: [{ vulnerability: "*" }]', /ignore\[0\].*not everything/],
  ["an ignore rule of any package", 'ignore: [{ package: "*", path: "**" }]', /not everything/],
  ["an ignore rule of no package", "ignore: [{ package: 'pkg:npm' }]", /ignore\[0\]\.package/],
  ["an exception of any id", exception("vulnerability: '*'"), /exceptions\[0\]\.vulnerability.*one id/],
  ["a package without a type", exception("scope: { package: qs }"), /scope\.package.*package URL/],
  ["a scope of no repository", exception("scope: { repositories: [] }"), /scope\.repositories/],
  ["an unknown part", "vex: []\nexeptions:\n  - a\n", /line 2: .*"exeptions"/],
  ["an unknown setting", "vex: []\nsettings:\n  failOn: []\n  nope: 1\n", /line 4: settings: .*"nope"/],
  ["a key twice", "vex: []\nvex: []\n", /line 2/],
  ["who to trust with tokens", "settings: { server: https://example.com }", /server/],
  ["where to write", "settings: { cacheDir: / }", /cacheDir/],
  ["aliases that multiply", `vex:\n${bomb()}`, /alias|too/i],
];
for (const [name, text, message] of wrong) {
  test(`refused with its place: ${name}`, () => {
    assert.throws(() => parseProjectFile(text, "/a/.plimsoll.yaml"), { code: "CONFIG_INVALID", message });
  });
}

/** An exception that is right but for what is given. */
function exception(change: string): string {
  const id = change.startsWith("vulnerability") ? "" : "vulnerability: CVE-2026-1, ";
  return `exceptions: [{ ${id}kind: accepted_risk, reason: x, ${change} }]`;
}

/** Nine lists, each of nine times the one before. */
function bomb(): string {
  const rows = ["  - &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level += 1) {
    rows.push(`  - &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
  }
  return rows.join("\n");
}

test("a day ends with it, and an instant is one", () => {
  assert.equal(expiryOf("2026-12-31"), "2027-01-01T00:00:00.000Z");
  assert.equal(expiryOf("2026-12-31T12:00:00+01:00"), "2026-12-31T11:00:00.000Z");
  for (const word of ["2026-13-01", "soon", "2026-12-31T12:00", "2026"]) assert.equal(expiryOf(word), null);
});

test("a project file counts up to the root of its repository, and outside of one in its own folder alone", () => {
  const repository = join(folder, "repository");
  mkdirSync(join(repository, ".git"), { recursive: true });
  mkdirSync(join(repository, "a/b"), { recursive: true });
  mkdirSync(join(folder, "elsewhere/a"), { recursive: true });
  writeFileSync(join(folder, ".plimsoll.yaml"), "");
  assert.equal(findProjectFile(join(repository, "a/b")), null);
  assert.equal(findProjectFile(join(folder, "elsewhere/a")), null);
  assert.equal(findProjectFile(folder), join(folder, ".plimsoll.yaml"));
  writeFileSync(join(repository, ".plimsoll.yml"), "");
  assert.equal(findProjectFile(join(repository, "a/b")), join(repository, ".plimsoll.yml"));
  writeFileSync(join(repository, "a/.plimsoll.yaml"), "");
  assert.equal(findProjectFile(join(repository, "a/b")), join(repository, "a/.plimsoll.yaml"));
});

test("the user's file may say more", () => {
  const path = join(folder, "config.yaml");
  writeFileSync(path, "server: https://plimsoll.example.com\ncache: false\nreachability: true\n");
  assert.deepEqual(settingVariables(readUserFile(path)), {
    PLIMSOLL_SERVER: "https://plimsoll.example.com",
    PLIMSOLL_NO_CACHE: "1",
    PLIMSOLL_NO_REACHABILITY: "0",
  });
  assert.equal(userFilePath({ XDG_CONFIG_HOME: "/x" }, "/home/ada"), "/x/plimsoll/config.yaml");
  assert.equal(userFilePath({}, "/home/ada"), "/home/ada/.config/plimsoll/config.yaml");
});

test("every variable of a file setting is a setting, and none of them a secret", () => {
  const known = new Map(settings.map((row) => [row.variable, row]));
  for (const { target } of fileSettings) {
    if (target.kind === "variable") assert.equal(known.get(target.variable)?.secret, false, target.variable);
  }
});
