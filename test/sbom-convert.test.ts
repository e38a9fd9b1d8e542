/**
 * `plimsoll sbom` on documents and folders: names of formats, conversion, types, what a workflow adds.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sbomFormatNames, sbomWriters, writeSbom } from "../src/sbom/documents.ts";
import { readSbom } from "../src/sbom/read-document.ts";
import { sampleImage, sampleSbom } from "./golden/sample-analysis.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-convert-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const env = { PLIMSOLL_NO_CACHE: "1" };

const [bash, libssl] = sampleSbom.packages;
const sbom = {
  ...sampleSbom,
  packages: sampleSbom.packages.map((pkg) => (pkg === bash ? { ...pkg, dependsOn: [libssl!.purl] } : pkg)),
};
const path = join(folder, "a.json");
writeFileSync(path, writeSbom("json", { image: sampleImage, sbom, toolVersion: "1" }));

async function convert(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const run = await runInProcess(["sbom", ...args], { env: { ...env, ...more } });
  assert.equal(run.exitCode, 0, run.stderr);
  return run.stdout;
}

test("every name of a format is taken, and an alias gives the same as its format", async () => {
  for (const name of sbomFormatNames) {
    const { id } = sbomWriters.find((writer) => writer.id === name || writer.aliases.includes(name))!;
    assert.equal(
      await convert(["--format", name, `sbom://${path}`]),
      await convert(["--format", id, `sbom://${path}`]),
    );
  }
  const unknown = await runInProcess(["sbom", "--format", "cyclonedx@1.1", `sbom://${path}`], { env });
  assert.equal(unknown.exitCode, 1);
  assert.match(unknown.stderr, /USAGE/);
});

test("no name stands for two formats", () => {
  assert.equal(new Set(sbomFormatNames).size, sbomFormatNames.length);
});

test("a document goes through another format and comes back with its image", async () => {
  const there = await convert(["--format", "cyclonedx-xml", `sbom://${path}`]);
  writeFileSync(join(folder, "there.xml"), there);
  const back = readSbom(Buffer.from(await convert([`sbom://${join(folder, "there.xml")}`])));
  assert.deepEqual(back.sbom.packages, sbom.packages);
  assert.deepEqual(
    [back.image?.repository, back.image?.tag, back.image?.digest, back.image?.source],
    [sampleImage.repository, sampleImage.tag, sampleImage.digest, "registry"],
  );
  // The configuration is the owner's business; its documents do not carry it.
  assert.deepEqual(back.image?.config.env, []);
});

test("a document comes back without secrets that somebody left in it", async () => {
  const word = "kr7-Zeta-9-word";
  const [first, ...others] = sampleImage.layers;
  const image = {
    ...sampleImage,
    config: { ...sampleImage.config, env: ["PATH=/bin", `DB_PASSWORD=${word}`] },
    layers: [{ ...first!, command: `RUN A_TOKEN=${word} make` }, ...others],
  };
  const leaky = join(folder, "leaky.json");
  writeFileSync(leaky, writeSbom("json", { image, sbom, toolVersion: "1" }));
  assert.ok(readFileSync(leaky, "utf8").includes(word));
  const back = readSbom(Buffer.from(await convert([`sbom://${leaky}`])));
  assert.deepEqual(back.image?.config.env, ["PATH=/bin", "DB_PASSWORD=…"]);
  assert.equal(back.image.layers[0]?.command, "RUN A_TOKEN=… make");
});

test("an incomplete document stays incomplete, and says so", async () => {
  const run = await runInProcess(["sbom", "--format", "spdx", `sbom://${path}`], { env });
  assert.match(run.stderr, /^incomplete: PARSE_FAILED/m);
  assert.equal(readSbom(Buffer.from(run.stdout)).sbom.completeness, "incomplete");
});

test("--only-package-type works with every format, and leaves no edge to what it left out", async () => {
  const text = await convert(["--only-package-type", "npm", "--format", "spdx", `sbom://${path}`]);
  const { packages } = readSbom(Buffer.from(text)).sbom;
  assert.ok(packages.length > 0 && packages.every(({ ecosystem }) => ecosystem === "npm"));
  const json = await convert(["--only-package-type", "deb", `sbom://${path}`]);
  const debs = readSbom(Buffer.from(json)).sbom.packages;
  assert.deepEqual(debs.find(({ name }) => name === "bash")?.dependsOn, [libssl!.purl]);
});

test("a foreign document names its image in the new one", async () => {
  const foreign = {
    bomFormat: "CycloneDX",
    specVersion: "1.4",
    metadata: {
      component: { type: "container", name: "docker.io/team/app:2", version: `sha256:${"e".repeat(64)}` },
    },
    components: [{ type: "library", name: "a", version: "1", purl: "pkg:npm/a@1" }],
  };
  writeFileSync(join(folder, "foreign.json"), JSON.stringify(foreign));
  const text = await convert(["--format", "intoto-spdx", `sbom://${join(folder, "foreign.json")}`]);
  const { subject, predicateType } = JSON.parse(text) as { subject: unknown; predicateType: string };
  assert.equal(predicateType, "https://spdx.dev/Document");
  assert.deepEqual(subject, [
    {
      name: `pkg:oci/app@sha256%3A${"e".repeat(64)}?repository_url=docker.io%2Fteam%2Fapp&tag=2`,
      digest: { sha256: "e".repeat(64) },
    },
  ]);
});

test("a statement needs a digest, which a folder has not", async () => {
  mkdirSync(join(folder, "tree"));
  const run = await runInProcess(["sbom", "--format", "intoto-spdx", `fs://${join(folder, "tree")}`], {
    env,
  });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /USAGE: An in-toto statement is about a digest/);
});

test("a snapshot names the commit and the job of its workflow, and nothing where there is none", async () => {
  const args = ["--format", "github", `sbom://${path}`];
  const { sha, job } = JSON.parse(await convert(args)) as { sha?: string; job?: object };
  assert.deepEqual([sha, job], [undefined, undefined]);
  const run = {
    GITHUB_SHA: "f".repeat(40),
    GITHUB_REF: "refs/heads/main",
    GITHUB_RUN_ID: "7",
    GITHUB_WORKFLOW: "ci",
    GITHUB_JOB: "scan",
  };
  const snapshot = JSON.parse(await convert(args, run)) as Record<string, unknown> & {
    manifests: Record<string, { resolved: Record<string, { relationship: string; dependencies: string[] }> }>;
  };
  assert.deepEqual(
    [snapshot["sha"], snapshot["ref"], snapshot["job"]],
    ["f".repeat(40), "refs/heads/main", { id: "7", correlator: "ci_scan" }],
  );
  const status = snapshot.manifests["registry.example.com/team/shop:1.2:/var/lib/dpkg/status"]!.resolved;
  assert.equal(status[bash!.purl]?.relationship, "direct");
  assert.deepEqual(status[bash!.purl]?.dependencies, [libssl!.purl]);
  assert.equal(status[libssl!.purl]?.relationship, "indirect");
});

test("a pipe as output is written into, not replaced", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const reading = readFile(pipe, "utf8");
  await convert(["--format", "spdx-tag-value", "-o", pipe, `sbom://${path}`]);
  assert.match(await reading, /^SPDXVersion: SPDX-2\.3\n/);
  assert.ok(statSync(pipe).isFIFO());
});

test("an output file gets the document, and standard output nothing", async () => {
  const out = join(folder, "out.spdx");
  assert.equal(await convert(["--format", "spdx-tag-value", "-o", out, `sbom://${path}`]), "");
  assert.match(readFileSync(out, "utf8"), /^SPDXVersion: SPDX-2\.3\n/);
});
