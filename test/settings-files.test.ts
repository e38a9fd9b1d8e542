/**
 * Which setting wins: option, environment, project file, user's file, default; and that the project file is told of.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { policyListReport } from "../src/api/policy-reports.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-settings-"));
const image = `sbom://${join(folder, "app.cdx.json")}`;
const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_NO_CACHE: "1",
  XDG_CONFIG_HOME: join(folder, "xdg"),
};
const run = (args: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
  runInProcess(args, { cwd: join(folder, "project/deep"), env: { ...env, ...extra } });

before(async () => {
  const components = [
    { type: "library", name: "musl", version: "1.2.4-r1", purl: "pkg:apk/alpine/musl@1.2.4-r1" },
    { type: "library", name: "qs", version: "6.7.0", purl: "pkg:npm/qs@6.7.0" },
  ];
  const document = { bomFormat: "CycloneDX", specVersion: "1.5", version: 1, components };
  writeFileSync(join(folder, "app.cdx.json"), JSON.stringify(document));
  mkdirSync(join(folder, "feed"));
  const record = {
    id: "CVE-2026-1",
    modified: "2024-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name: "qs" }, versions: ["6.7.0"] }],
  };
  writeFileSync(join(folder, "feed/a.json"), JSON.stringify(record));
  const built = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env });
  assert.equal(built.exitCode, 0, built.stderr);
  mkdirSync(join(folder, "project/.git"), { recursive: true });
  mkdirSync(join(folder, "project/deep"), { recursive: true });
  mkdirSync(join(folder, "xdg/plimsoll"), { recursive: true });
  writeFileSync(join(folder, "xdg/plimsoll/config.yaml"), `format: list\ncacheMax: 7GB\n`);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const project = join(folder, "project/.plimsoll.yaml");

test("the user's file is below the project file, that below the option", async () => {
  rmSync(project, { force: true });
  const byUser = await run(["sbom", image]);
  assert.equal(byUser.exitCode, 0, byUser.stderr);
  assert.match(byUser.stdout, /^musl/m);
  assert.doesNotMatch(byUser.stderr, /project file/);
  writeFileSync(project, "settings: { format: cyclonedx }\n");
  const byProject = await run(["sbom", image]);
  assert.equal((JSON.parse(byProject.stdout) as { bomFormat: string }).bomFormat, "CycloneDX");
  assert.match(byProject.stderr, /project file .*\.plimsoll\.yaml: 1 setting /);
  assert.match((await run(["sbom", "--format", "list", image])).stdout, /^musl/m);
});

test("--no-config leaves out both files, --config names another", async () => {
  writeFileSync(project, "settings: { format: cyclonedx }\n");
  const without = await run(["--no-config", "sbom", image]);
  assert.equal((JSON.parse(without.stdout) as { bomFormat?: string }).bomFormat, undefined);
  assert.doesNotMatch(without.stderr, /project file/);
  writeFileSync(join(folder, "project/deep/other.yaml"), "settings: { format: spdx }\n");
  for (const args of [
    ["--config", "other.yaml", "sbom", image],
    ["sbom", image, "--config=other.yaml"],
  ]) {
    const named = await run(args);
    assert.match((JSON.parse(named.stdout) as { spdxVersion: string }).spdxVersion, /^SPDX-2/, named.stderr);
  }
});

test("a variable of the environment wins over both files", async () => {
  writeFileSync(project, "settings: { databaseMaxAge: 0.5 }\n");
  const shown = await run(["cache", "df", "--format", "json"]);
  assert.equal((JSON.parse(shown.stdout) as { bytesMax: number }).bytesMax, 7 * 1024 ** 3);
  const named = await run(["cache", "df", "--format", "json"], { PLIMSOLL_CACHE_MAX: "1GB" });
  assert.equal((JSON.parse(named.stdout) as { bytesMax: number }).bytesMax, 1024 ** 3);
});

test("authors of VEX: the option wins over the environment, that over the project file", async () => {
  writeFileSync(project, "trust: { vexAuthors: [Theirs] }\n");
  const document = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.com/vex",
    author: "Theirs",
    timestamp: "2024-01-01T00:00:00Z",
    version: 1,
    statements: [
      {
        vulnerability: { name: "CVE-2026-1" },
        products: [{ "@id": "pkg:npm/qs" }],
        status: "not_affected",
        justification: "component_not_present",
      },
    ],
  };
  writeFileSync(join(folder, "their.vex.json"), JSON.stringify(document));
  const args = ["cves", "--format", "json", "--vex-location", join(folder, "their.vex.json"), image];
  const rows: readonly (readonly [args: string[], env: Record<string, string>, suppressed: boolean])[] = [
    [[], {}, true],
    [[], { PLIMSOLL_VEX_AUTHORS: "Ours" }, false],
    [["--vex-author", "Ours"], {}, false],
    [["--vex-author", "Theirs"], { PLIMSOLL_VEX_AUTHORS: "Ours" }, true],
  ];
  for (const [more, extra, suppressed] of rows) {
    const { stdout, stderr } = await run([...args, ...more], extra);
    const { findings } = JSON.parse(stdout) as Shown;
    assert.deepEqual(
      findings.map((finding) => finding.suppressed),
      [suppressed],
      JSON.stringify([more, extra]),
    );
    assert.match(stderr, /project file .*\.plimsoll\.yaml: 1 VEX author /);
  }
});

test("a VEX location that only the project file names is a proposal, and one of the user's is configured", async () => {
  writeFileSync(project, `vex: [${join(folder, "their.vex.json")}]\n`);
  const tiersOf = async (...more: readonly string[]) => {
    const { stdout } = await run(["vex", "doctor", "--format", "json", ...more, image]);
    const { statements } = JSON.parse(stdout) as { statements: { statement: { tier: string } }[] };
    return statements.map(({ statement }) => statement.tier);
  };
  assert.deepEqual(await tiersOf(), ["proposed"]);
  assert.deepEqual(await tiersOf("--config", project), ["configured"]);
  assert.deepEqual(await tiersOf("--no-config", "--vex-location", join(folder, "their.vex.json")), [
    "configured",
  ]);
});

test("a file that is wrong stops the run, with its line", async () => {
  writeFileSync(project, "settings:\n  server: https://example.com\n");
  const { exitCode, stderr, stdout } = await run(["sbom", image]);
  assert.deepEqual([exitCode, stdout], [1, ""]);
  assert.match(stderr, /^error CONFIG_INVALID: .*\.plimsoll\.yaml.*server/);
  const named = await run(["sbom", "--config", "absent.yaml", image]);
  assert.match(named.stderr, /^error FILE_NOT_FOUND/);
});

interface Shown {
  readonly findings: readonly {
    readonly suppressed: boolean;
    readonly exception: { readonly reason: string } | null;
  }[];
}

const decisions: readonly (readonly [name: string, text: string, suppressed: boolean])[] = [
  [
    "an exception",
    "exceptions: [{ vulnerability: CVE-2026-1, kind: accepted_risk, reason: why, scope: { package: 'pkg:npm/qs' } }]",
    true,
  ],
  [
    "an exception of another package",
    "exceptions: [{ vulnerability: CVE-2026-1, kind: accepted_risk, reason: why, scope: { package: 'pkg:npm/x' } }]",
    false,
  ],
  ["an ignore rule by name", "ignore: [{ package: q*, reason: why, expires: 2026-11-22 }]", true],
  ["an ignore rule that has ended", "ignore: [{ package: qs, reason: why, expires: 2026-11-21 }]", false],
];
for (const [name, text, suppressed] of decisions) {
  test(`${name} ${suppressed ? "suppresses" : "does not suppress"} a finding, which stays in the report`, async () => {
    writeFileSync(project, `${text}\n`);
    const { stdout, stderr } = await runInProcess(["cves", "--format", "json", image], {
      cwd: join(folder, "project"),
      env,
      now: new Date("2026-11-22T12:00:00Z"),
    });
    const [finding] = (JSON.parse(stdout) as Shown).findings;
    assert.deepEqual(
      [finding?.suppressed, finding?.exception?.reason],
      [suppressed, suppressed ? "why" : undefined],
    );
    assert.equal(/\.plimsoll\.yaml: the exception of qs ended/.test(stderr), name.includes("ended"), stderr);
  });
}

test("policies of the project file are known, and --policy-config stands above them", async () => {
  writeFileSync(
    project,
    "policies: [{ id: mine, type: severity, name: Mine, weight: 3 }, { id: default-non-root-user, weight: 1 }]\n",
  );
  writeFileSync(
    join(folder, "project/deep/c.json"),
    JSON.stringify({ policies: [{ name: "mine", weight: 4 }] }),
  );
  const listed = async (...args: readonly string[]) => {
    const { stdout, stderr } = await run(["policy", "--list", "--format", "json", ...args]);
    assert.notEqual(stdout, "", stderr);
    const rows = policyListReport.parse(JSON.parse(stdout)).policies;
    return ["mine", "default-non-root-user"].map((id) => rows.find((row) => row.id === id)?.weight);
  };
  assert.deepEqual(await listed(), [3, 1]);
  assert.deepEqual(await listed("--policy-config", "c.json"), [4, 1]);
  writeFileSync(project, "policies: [{ id: mine, type: severity, config: { nope: 1 } }]\n");
  assert.match((await run(["policy", "--list"])).stderr, /\.plimsoll\.yaml: policies\[0\]/);
});
