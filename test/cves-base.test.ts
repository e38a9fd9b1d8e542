/**
 * `cves --only-base` and `--ignore-base`: what the base image brought is told by layers, and a base that is not known hides nothing.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { CvesReport } from "../src/api/reports.ts";
import { attestationManifest, provenance } from "./helpers/attested-image.ts";
import { startFakeRegistry, type FakeRegistry } from "./helpers/fake-registry.ts";
import {
  buildImage,
  layoutFiles,
  manifestDescriptor,
  writeFiles,
  writeLayout,
  type BuiltImage,
  type LayerInput,
} from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-base-"));
const now = new Date("2030-02-01T00:00:00Z");
const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_OFFLINE: "0",
  PLIMSOLL_REGISTRY_TOKEN: "token-of-the-image",
};
let registry: FakeRegistry;

const npm = (name: string, at = "app/"): ReturnType<typeof file> =>
  file(`${at}node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));

/** `base` is the base's; `own` the image's; `both` is one package that lies in a layer of each. */
const baseLayers: readonly LayerInput[] = [
  { entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n")] },
  { entries: [npm("base"), npm("both")] },
];
const ownLayers: readonly LayerInput[] = [{ entries: [npm("own"), npm("both", "srv/")] }];

function writeAttested(name: string, image: BuiltImage, baseDigest: string): void {
  const uri = `pkg:docker/${encodeURIComponent(registry.host)}/team/base@1?platform=linux%2Famd64`;
  const statement = provenance({
    version: "v1",
    mode: "max",
    materials: [{ uri, digest: baseDigest }],
    dockerfile: `FROM ${registry.host}/team/base:1\nCOPY . .\n`,
  });
  const attested = attestationManifest(image, [statement], "in-index");
  const blobs = new Map([...image.blobs, ...attested.blobs, [attested.digest, attested.bytes]]);
  writeFiles(join(folder, name), layoutFiles([manifestDescriptor(image, "1"), attested.entry], blobs));
}

before(async () => {
  registry = await startFakeRegistry();
  const base = buildImage({ layers: baseLayers });
  registry.addImage("team/base", "1", base);
  writeLayout(join(folder, "base"), base);
  writeLayout(join(folder, "other"), buildImage({ layers: [{ entries: [npm("other")] }] }));
  const image = buildImage({ layers: [...baseLayers, ...ownLayers] });
  writeLayout(join(folder, "plain"), image);
  const labels = { "org.opencontainers.image.base.name": `${registry.host}/team/base:1` };
  writeLayout(
    join(folder, "labelled"),
    buildImage({ layers: [...baseLayers, ...ownLayers], config: { Labels: labels } }),
  );
  writeAttested("attested", image, base.manifestDigest);
  const gone = `sha256:${"0".repeat(64)}`;
  writeAttested("attested-gone", image, gone);
  mkdirSync(join(folder, "source"));
  writeFileSync(join(folder, "source/package.json"), "{}");
  mkdirSync(join(folder, "feed"));
  for (const [index, name] of ["base", "both", "own"].entries()) {
    const record = {
      id: `CVE-2030-000${index}`,
      modified: "2030-01-01T00:00:00Z",
      affected: [
        { package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }] },
      ],
    };
    writeFileSync(join(folder, "feed", `${name}.json`), JSON.stringify(record));
  }
  const built = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(built.exitCode, 0, built.stderr);
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

function cves(image: string, ...args: readonly string[]): Promise<Run> {
  return runInProcess(["cves", "--format", "json", ...args, `oci-dir://${join(folder, image)}`], {
    env,
    now,
  });
}

/** Places of the packages with findings: `app base`. */
function found({ stdout }: Run): readonly string[] {
  const { findings } = JSON.parse(stdout) as CvesReport;
  return findings
    .map(({ package: { name, locations } }) => `${locations[0]?.path.split("/")[0]} ${name}`)
    .toSorted();
}

const everything = ["app base", "app both", "app own"];
const ofBase = ["app base", "app both"];
const own = ["app both", "app own"];

test("a base that provenance names is asked for its layers, without the sign-in of the image", async () => {
  registry.requests.splice(0);
  const only = await cves("attested", "--only-base");
  assert.equal(only.exitCode, 0, only.stderr);
  assert.deepEqual(found(only), ofBase);
  assert.deepEqual((JSON.parse(only.stdout) as CvesReport).filters, [
    `only from the base image ${registry.host}/team/base:1`,
  ]);
  assert.deepEqual(found(await cves("attested", "--ignore-base")), own);
  assert.ok(registry.requests.length > 0);
  assert.ok(registry.requests.every(({ headers }) => headers.authorization === undefined));
});

test("a base that the user names is known by its layers alone", async () => {
  const base = `oci-dir://${join(folder, "base")}`;
  assert.deepEqual(found(await cves("plain", "--only-base", "--base-image", base)), ofBase);
  const ignored = await cves("plain", "--ignore-base", "--base-image", base);
  assert.deepEqual(found(ignored), own);
  assert.equal((JSON.parse(ignored.stdout) as CvesReport).hiddenFindingCount, 1);
});

/** Each with a part of the reason. */
const unknown: readonly (readonly [name: string, image: string, args: readonly string[], reason: RegExp])[] =
  [
    ["nothing names it", "plain", [], /no provenance, label or annotation names it/],
    ["only a label names it", "labelled", [], /only claimed.*--base-image/],
    ["it is not in its registry any more", "attested-gone", [], /could not be asked for/],
    [
      "the named image is another one",
      "plain",
      ["--base-image", `oci-dir://${join(folder, "other")}`],
      /do not come first/,
    ],
  ];

for (const [name, image, args, reason] of unknown) {
  test(`an unknown base (${name}) takes nothing away, and is no answer to --only-base`, async () => {
    const ignored = await cves(image, "--ignore-base", ...args);
    assert.equal(ignored.exitCode, 0, ignored.stderr);
    assert.deepEqual(found(ignored), everything);
    assert.match(ignored.stderr, /^warning: --ignore-base left nothing out: /m);
    assert.match(ignored.stderr, reason);
    assert.match((JSON.parse(ignored.stdout) as CvesReport).filters.join(), /not known/);
    const only = await cves(image, "--only-base", "--exit-code", ...args);
    assert.equal(only.exitCode, 1);
    assert.equal(only.stdout, "");
    assert.match(only.stderr, /^error BASE_IMAGE_UNKNOWN: /m);
    assert.match(only.stderr, reason);
  });
}

test("a label sends nobody to a registry", async () => {
  registry.requests.splice(0);
  await cves("labelled", "--ignore-base");
  assert.deepEqual(registry.requests, []);
});

test("PLIMSOLL_OFFLINE asks no registry for the base", async () => {
  registry.requests.splice(0);
  const args = ["cves", "--only-base", `oci-dir://${join(folder, "attested")}`];
  const run = await runInProcess(args, { env: { ...env, PLIMSOLL_OFFLINE: "1" }, now });
  assert.match(run.stderr, /^error BASE_IMAGE_UNKNOWN: .*PLIMSOLL_OFFLINE/);
  assert.deepEqual(registry.requests, []);
});

test("a folder has no base", async () => {
  const args = ["cves", "--only-base", `fs://${join(folder, "source")}`];
  const run = await runInProcess(args, { env, now });
  assert.match(run.stderr, /^error BASE_IMAGE_UNKNOWN: .*no layers/);
});

test("options that contradict each other or mean nothing are errors", async () => {
  for (const args of [
    ["--only-base", "--ignore-base"],
    ["--base-image", "alpine"],
  ]) {
    const run = await cves("plain", ...args);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^error USAGE: /);
    assert.equal(run.stdout, "");
  }
});
