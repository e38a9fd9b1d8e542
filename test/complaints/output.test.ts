/** Complaints of Docker Scout's users about what it prints, and what it can be told. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Command } from "commander";
import { cvesReport } from "../../src/api/reports.ts";
import { referenceProgram } from "../../tools/docs/cli-reference.ts";
import { CRITICAL, makeScene, npmPackage, osRelease, osvRecord } from "../helpers/scene.ts";

const scene = makeScene("complaints-output");
let image = "";
before(async () => {
  await scene.advisories([
    osvRecord("CVE-2030-0001", "npm", "lib", { fixed: "2.0.0", severity: CRITICAL }),
    osvRecord("CVE-2030-0002", "npm", "lib"),
  ]);
  image = scene.image("app", [osRelease("alpine", "3.22.1"), npmPackage("lib", "1.0.0")]);
});
after(() => scene.close());

/** Commands and options of `docker scout` 1.23 as its reference has them, without those that it calls hidden or deprecated. */
const scoutOptions: Readonly<Record<string, string>> = {
  "attestation add": "--file --platform --predicate-type --referrer --referrer-repository",
  "attest get": "--key --output --platform --predicate --predicate-type --ref --skip-tlog --verify",
  "attestation list": "--format --output --platform --ref",
  "cache df": "",
  "cache prune": "--force --sboms",
  compare:
    "--exit-on --format --hide-policies --ignore-base --ignore-suppressed --ignore-unchanged --multi-stage --only-fixed --only-package-type --only-policy --only-severity --only-stage --only-unfixed --only-vex-affected --output --platform --policy-bundle --policy-config --policy-dir --policy-file --ref --to --to-env --to-latest --to-ref --vex-author --vex-location -x",
  config: "",
  cves: "--details --env --epss --epss-percentile --epss-score --exit-code --format --ignore-base --ignore-suppressed --locations --multi-stage --only-base --only-cisa-kev --only-cve-id --only-fixed --only-metric --only-package --only-package-type --only-severity --only-stage --only-unfixed --only-vex-affected --only-vuln-packages --output --platform --ref --vex-author --vex-location -e -o",
  diff: "--to",
  enroll: "",
  env: "--output --platform",
  "integration configure": "--name --parameter",
  "integration delete": "",
  "integration list": "",
  policy:
    "--exit-code --only-policy --org --output --platform --policy-bundle --policy-config --policy-dir --policy-file --result-file -e",
  "policy publish": "--policy-dir --policy-file",
  push: "--author --dry-run --org --output --platform --sbom --secrets --timestamp",
  qv: "--env --ignore-suppressed --latest --only-policy --only-vex-affected --output --platform --policy-bundle --policy-config --policy-dir --policy-file --ref --vex-author --vex-location",
  recommendations: "--only-refresh --only-update --output --platform --ref --tag",
  "repo disable": "--all --filter --org --registry",
  "repo enable": "--all --filter --integration --org --registry",
  "repo list": "--filter --only-disabled --only-enabled --only-registry --org",
  sbom: "--format --only-package-type --output --platform --ref",
  stream: "--platform",
  version: "",
  "vex get": "--key --output --platform --ref --skip-tlog --verify",
  watch:
    "--all-images --dry-run --interval --org --refresh-registry --registry --repository --sbom --tag --workers",
};

test("complaint 16: every command takes the options that it takes in Scout", async () => {
  const program = await referenceProgram();
  const missing = Object.entries(scoutOptions).flatMap(([name, options]) => {
    const command = name.split(" ").reduce<Command | undefined>((parent, word) => {
      const found = parent?.commands.find((child) => child.name() === word || child.aliases().includes(word));
      return found as Command | undefined;
    }, program);
    if (command === undefined) return [name];
    const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
    return options
      .split(" ")
      .filter((option) => option !== "" && !known.has(option))
      .map((option) => `${name} ${option}`);
  });
  assert.deepEqual(missing, []);
});

test("complaint 17: results are JSON, with a schema that they name", async () => {
  const sbom = scene.write("app.json", await scene.json(["sbom", image]));
  const document = `sbom://${sbom}`;
  for (const args of [
    ["cves", image],
    ["quickview", image],
    ["policy", image],
    ["recommendations", image],
    ["fixes", image],
    ["explain", "CVE-2030-0001", image],
    ["compare", "--to", document, document],
    ["environment"],
    ["cache", "df"],
  ]) {
    const { schema } = (await scene.json(args)) as { readonly schema: string };
    const [, name, version] = /^urn:plimsoll:report:([a-z-]+):(\d+)$/.exec(schema) ?? [];
    assert.ok(name !== undefined, args.join(" "));
    const path = join(import.meta.dirname, `../../docs/reference/schemas/${name}-${version}.schema.json`);
    const { properties } = JSON.parse(readFileSync(path, "utf8")) as {
      properties: { schema: { const: string } };
    };
    assert.equal(properties.schema.const, schema);
  }
});

test("complaint 18: several formats of one run", async () => {
  const outputs = ["sarif=a.sarif", "json=a.json", "gitlab=gl.json", "markdown=a.md", "csv=a.csv"];
  const { stdout, exitCode } = await scene.run([
    "cves",
    ...outputs.flatMap((file) => ["--output", file]),
    image,
  ]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /CVE-2030-0001/, "standard output has the result for people all the same");
  for (const output of outputs) {
    const text = readFileSync(join(scene.folder, output.split("=")[1] ?? ""), "utf8");
    assert.match(text, /CVE-2030-0001/, output);
    assert.match(text, /CVE-2030-0002/, output);
  }
});

test("complaint 19: clean output, with places, and as short as one likes", async () => {
  const markdown = await scene.run(["cves", "--format", "markdown", "--locations", image]);
  assert.match(markdown.stdout.replaceAll("&#95;", "_"), /app\/node_modules\/lib\/package\.json/);
  assert.match(markdown.stdout, /CVE-2030-0002/, "one without a severity is there too");
  const ids = await scene.run(["cves", "--only-id", image]);
  assert.equal(ids.stdout, "CVE-2030-0001\nCVE-2030-0002\n");
  // Hints are for people, and on standard error.
  for (const verb of ["quickview", "cves", "policy"]) {
    const { stdout } = await scene.run([verb, "--format", "json", image]);
    JSON.parse(stdout);
    assert.doesNotMatch(stdout, /What next|What's next/);
  }
  scene.write("short.txt", "{{ counts.critical }} critical\n");
  const own = await scene.run(["cves", "--template", "short.txt", image]);
  assert.equal(own.stdout, "1 critical\n");
});

test("complaint 20: what runs in an environment, for an audit", async () => {
  const recorded = await scene.run(["environment", "production", image]);
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  const csv = await scene.run(["cves", "--env", "production", "--format", "csv"]);
  assert.match(csv.stdout, /CVE-2030-0001/);
  const { findings } = cvesReport.parse(await scene.json(["cves", "--env", "production"]));
  assert.equal(findings.length, 2);
  const page = await scene.run(["cves", "--env", "production", "--format", "html"]);
  // A page that prints, and needs nothing from anywhere.
  assert.match(page.stdout, /^<!doctype html>/i);
  assert.doesNotMatch(page.stdout, /<(?:script|link|img)\b[^>]*(?:src|href)="https?:/);
});
