/**
 * Each way in which a statement or an exception applies or does not, through the command line: what the doctor says of it, what an
 * exception's scope may be, and what the reports tell of both.
 */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cvesReport } from "../src/api/reports.ts";
import { vexDoctorReport } from "../src/api/vex-report.ts";
import { vexOutcomes, type VexOutcome } from "../src/domain/vex.ts";
import { buildImage, buildIndex, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import type { Run } from "./helpers/run-plimsoll.ts";
import { makeScene, osvRecord } from "./helpers/scene.ts";

const scene = makeScene("vex-cases");
const { folder } = scene;
const LIB = "pkg:npm/lib@1.0.0";
const image = `oci-dir://${join(folder, "image")}`;
const project = join(folder, "project/.plimsoll.yaml");

before(async () => {
  const built = buildImage({
    layers: [
      {
        entries: [
          file("etc/os-release", "ID=alpine\nVERSION_ID=3.20\n"),
          file("app/node_modules/lib/package.json", '{"name":"lib","version":"1.0.0"}'),
        ],
      },
    ],
  });
  const index = buildIndex([manifestDescriptor(built)]);
  const described = {
    mediaType: index.mediaType,
    digest: index.digest,
    size: index.bytes.length,
    annotations: { "org.opencontainers.image.ref.name": "docker.io/library/app:1.2" },
  };
  const blobs = new Map([...built.blobs, [index.digest, index.bytes]]);
  writeFiles(join(folder, "image"), layoutFiles([described], blobs));
  mkdirSync(join(folder, "project/.git"), { recursive: true });
  await scene.advisories([osvRecord("CVE-2030-0001", "npm", "lib", { fixed: "2.0.0" })]);
});

after(() => scene.close());

function run(...args: readonly string[]): Promise<Run> {
  return scene.run(args, { cwd: join(folder, "project") });
}

interface Case {
  readonly outcome: VexOutcome;
  readonly product?: string;
  readonly subcomponent?: string;
  readonly author?: string;
  /** Changes of the statement. */
  readonly more?: object;
  /** Another document than one in OpenVEX. */
  readonly document?: object;
}

/** OpenVEX has no such statement; CycloneDX has. */
function unjustified(): object {
  const component = { type: "library", "bom-ref": "lib", name: "lib", version: "1.0.0", purl: LIB };
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { timestamp: "2030-01-15T00:00:00Z", authors: [{ name: "Example Ltd" }] },
    components: [component],
    vulnerabilities: [
      { id: "CVE-2030-0001", analysis: { state: "not_affected" }, affects: [{ ref: "lib" }] },
    ],
  };
}

const cases: readonly Case[] = [
  { outcome: "applied" },
  { outcome: "superseded", more: { timestamp: "2030-01-01T00:00:00Z" } },
  { outcome: "no-finding", more: { vulnerability: { name: "CVE-2030-0009" } } },
  { outcome: "author-not-trusted", author: "Somebody Else" },
  { outcome: "product-unreadable", product: "urn:uuid:0b1f" },
  { outcome: "other-image", product: "pkg:docker/app@9" },
  { outcome: "other-package", product: "pkg:npm/lib@3.0.0" },
  { outcome: "other-package", product: "pkg:docker/app@1.2", subcomponent: "pkg:npm/other" },
  { outcome: "package-in-package", product: "pkg:npm/holder@1", subcomponent: LIB },
  { outcome: "unjustified", document: unjustified() },
  {
    outcome: "unversioned",
    product: "pkg:npm/lib",
    more: { status: "fixed", justification: undefined },
  },
  { outcome: "future", more: { timestamp: "2031-01-01T00:00:00Z" } },
];

test("vex doctor: every way in which a statement does not apply is told, with what would help", async () => {
  const names = cases.map(({ outcome, author, product = LIB, subcomponent, more = {}, ...other }, index) => {
    const name = `${String(index).padStart(2, "0")}-${outcome}.json`;
    const document = {
      "@context": "https://openvex.dev/ns/v0.2.0",
      "@id": `https://example.com/${name}`,
      author: author ?? "Example Ltd",
      timestamp: "2030-01-15T00:00:00Z",
      version: 1,
      statements: [
        {
          vulnerability: { name: "CVE-2030-0001" },
          products: [
            { "@id": product, ...(subcomponent ? { subcomponents: [{ "@id": subcomponent }] } : {}) },
          ],
          status: "not_affected",
          justification: "component_not_present",
          ...more,
        },
      ],
    };
    writeFileSync(join(folder, name), JSON.stringify(other.document ?? document));
    return name;
  });
  const locations = names.flatMap((name) => ["--vex-location", join(folder, name)]);
  const doctor = ["vex", "doctor", "--all", "--vex-author", "Example Ltd", "--format", "json"];
  const { stdout, stderr } = await run(...doctor, ...locations, image);
  assert.notEqual(stdout, "", stderr);
  const { statements } = vexDoctorReport.parse(JSON.parse(stdout));
  assert.deepEqual(
    statements.map(({ outcome }) => outcome),
    cases.map(({ outcome }) => outcome),
  );
  for (const { outcome, advice, applied } of statements) {
    assert.equal(applied.length, outcome === "applied" ? 1 : 0, outcome);
    const isFine = outcome === "applied" || outcome === "superseded" || outcome === "no-finding";
    if (!isFine) assert.ok(advice, `${outcome} has no advice`);
  }
  // What only an organisation's verdict leaves aside is told by its own reports.
  const told = new Set<VexOutcome>([...cases.map(({ outcome }) => outcome), "not-approved"]);
  assert.deepEqual(
    vexOutcomes.filter((outcome) => !told.has(outcome)),
    [],
  );
});

const exception = (scope: string): string =>
  `exceptions: [{ vulnerability: CVE-2030-0001, kind: accepted_risk, reason: why, scope: ${scope} }]`;

const scopes: readonly (readonly [name: string, text: string, suppressed: boolean])[] = [
  ["the image by its tag", exception("{ image: 'docker.io/library/app:1.2' }"), true],
  ["the image by its short name", exception("{ image: 'app:1.2' }"), true],
  ["another tag", exception("{ image: 'app:1.3' }"), false],
  ["the same tag of another repository", exception("{ image: 'ghcr.io/acme/app:1.2' }"), false],
  ["the repository", exception("{ repository: index.docker.io/library/app }"), true],
  ["several repositories", exception("{ repositories: [ghcr.io/acme/app, app] }"), true],
  ["a package and the image", exception("{ image: 'app:1.2', package: 'pkg:npm/lib' }"), true],
  ["another package in the image", exception("{ image: 'app:1.2', package: 'pkg:npm/x' }"), false],
];

for (const [name, text, suppressed] of scopes) {
  test(`an exception for ${name} ${suppressed ? "applies" : "does not apply"}`, async () => {
    writeFileSync(project, `${text}\n`);
    const { stdout, stderr } = await run("cves", "--format", "json", image);
    assert.notEqual(stdout, "", stderr);
    assert.equal(cvesReport.parse(JSON.parse(stdout)).findings[0]?.suppressed, suppressed);
  });
}

test("vex doctor: a statement that its format does not allow is told as not read", async () => {
  writeFileSync(
    join(folder, "invalid.json"),
    JSON.stringify({
      "@context": "https://openvex.dev/ns/v0.2.0",
      author: "Example Ltd",
      timestamp: "2030-01-15T00:00:00Z",
      statements: [
        { vulnerability: { name: "CVE-2030-0001" }, products: [{ "@id": LIB }], status: "not_affected" },
      ],
    }),
  );
  const { stdout } = await run("vex", "doctor", "--vex-location", join(folder, "invalid.json"), image);
  assert.match(stdout, /Not read: 1/);
  assert.match(stdout.replace(/\s+/g, " "), /not_affected needs a justification or an impact_statement/);
});

test("a scope that is neither digest nor tag is refused, with its line", async () => {
  writeFileSync(project, `${exception("{ image: app }")}\n`);
  const { exitCode, stderr } = await run("cves", image);
  assert.equal(exitCode, 1);
  assert.match(stderr, /CONFIG_INVALID.*exceptions\[0\]\.scope\.image/);
});

test("patterns of an ignore rule stand in the JSON", async () => {
  writeFileSync(project, "ignore: [{ package: 'l*', path: 'app/*', reason: why }]\n");
  const { stdout } = await run("cves", "--format", "json", image);
  const [finding] = cvesReport.parse(JSON.parse(stdout)).findings;
  assert.deepEqual(finding?.exception?.scope, {
    repository: null,
    digest: null,
    purl: null,
    packagePattern: "l*",
    pathPattern: "app/*",
  });
});

test("CSV names the environment that an image was taken from", async () => {
  rmSync(project);
  const recorded = await run("environment", "production", image);
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  const last = async (...args: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const { stdout, stderr } = await run("cves", "--format", "csv", ...args);
    assert.notEqual(stdout, "", stderr);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(",").at(-1));
  };
  assert.deepEqual([...new Set(await last("--env", "production"))], ["environment", "production"]);
  assert.deepEqual([...new Set(await last(image))], ["environment", ""]);
});
