/** What Plimsoll finds, stated, signed, attached and read back as verified evidence by another scan. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { healthReport } from "../src/api/attestation-reports.ts";
import { packReport } from "../src/api/pack-report.ts";
import { buildImage } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { startPushRegistry, type PushRegistry } from "./helpers/push-registry.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-make-"));
const now = new Date("2030-01-11T00:00:00Z");
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const pair = generateKeyPairSync("ed25519");
let registry: PushRegistry;
let reference: string;

const advisory = {
  id: "CVE-2030-0001",
  modified: "2030-01-05T00:00:00Z",
  published: "2030-01-01T00:00:00Z",
  affected: [
    {
      package: { ecosystem: "npm", name: "lodash" },
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "4.17.21" }] }],
    },
  ],
};

function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Run> {
  return runInProcess(args, { cwd: folder, env: { ...env, ...more }, now });
}

before(async () => {
  registry = await startPushRegistry();
  const lodash = JSON.stringify({ name: "lodash", version: "4.17.20" });
  const image = buildImage({ layers: [{ entries: [file("app/node_modules/lodash/package.json", lodash)] }] });
  reference = `registry://${registry.host}/team/app:1`;
  for (const [digest, bytes] of image.blobs) registry.blobs.set(digest, Buffer.from(bytes));
  const bytes = Buffer.from(image.blobs.get(image.manifestDigest) ?? []);
  const stored = { bytes, mediaType: "application/vnd.oci.image.manifest.v1+json" };
  for (const name of ["1", image.manifestDigest]) registry.manifests.set(`team/app:${name}`, stored);
  writeFileSync(join(folder, "sign.key"), pair.privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "sign.pub"), pair.publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(join(folder, "advisory.json"), JSON.stringify(advisory));
  const built = await run(["db", "build", "--from", "advisory.json", "--quiet"]);
  assert.equal(built.exitCode, 0, built.stderr);
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

test("attestation make: everything that is found, signed, in files and in the registry", async () => {
  const types = "spdx,cyclonedx,findings,verdict,health,secrets";
  const made = await run(
    ["attestation", "make", "--type", types, "--push", "--folder", ".", "--format", "json", reference],
    { PLIMSOLL_SIGN_KEY: "sign.key" },
  );
  assert.equal(made.exitCode, 0, made.stderr);
  const written = readdirSync(folder).filter((name) => name.endsWith(".dsse.json"));
  assert.deepEqual(
    written.toSorted(),
    types
      .split(",")
      .map((type) => `${type}.dsse.json`)
      .toSorted(),
  );

  const trusted = { PLIMSOLL_TRUSTED_KEYS: "sign.pub" };
  const verified = await run(["attestation", "verify", "--format", "json", reference], trusted);
  assert.equal(verified.exitCode, 0, verified.stdout);
  const { attestations } = JSON.parse(verified.stdout) as { attestations: { verified: boolean }[] };
  assert.deepEqual(
    attestations.map((each) => each.verified),
    [true, true, true, true, true, true],
  );

  const health = await run(["attestation", "get", "--predicate-type", "health", "--predicate", reference]);
  const read = healthReport.parse({
    schema: "urn:plimsoll:report:health:1",
    ...(JSON.parse(health.stdout) as object),
  });
  assert.equal(read.packages, 1);
  const findings = readFileSync(join(folder, "findings.dsse.json"), "utf8");
  const { payload } = JSON.parse(findings) as { payload: string };
  assert.match(Buffer.from(payload, "base64").toString(), /CVE-2030-0001/);
});

test("a scan that trusts the key counts the attached SBOM as verified, and another does not", async () => {
  const trustOf = async (more: Readonly<Record<string, string>>): Promise<string> => {
    const args = ["sbom", "--use-attested-sbom", "--format", "json", reference];
    const { stdout, stderr } = await run(args, { ...more, PLIMSOLL_NO_CACHE: "1" });
    const { origin } = JSON.parse(stdout) as { origin?: { trust: string } };
    assert.ok(origin !== undefined, stderr);
    return origin.trust;
  };
  assert.equal(await trustOf({ PLIMSOLL_TRUSTED_KEYS: "sign.pub" }), "verified");
  assert.equal(await trustOf({}), "unsigned");
});

test("attestation make: says where it goes, and a VEX document has an author", async () => {
  assert.match((await run(["attestation", "make", "--type", "spdx", reference])).stderr, /USAGE/);
  const vex = ["attestation", "make", "--type", "vex", "--folder", "."];
  assert.match((await run([...vex, reference])).stderr, /USAGE/);
  const none = await run([...vex, "--author", "security@example.com", reference]);
  assert.match(none.stderr, /nothing to state/);
});

test("badge: drawn and as JSON", async () => {
  const svg = await run(["badge", reference]);
  assert.match(svg.stdout, /^<svg /, svg.stderr);
  healthReport.parse(JSON.parse((await run(["badge", "--format", "json", reference])).stdout));
});

test("document: the pack of an image, page and JSON, with who signed what", async () => {
  const done = await run(["document", "--folder", "pack", reference], { PLIMSOLL_TRUSTED_KEYS: "sign.pub" });
  assert.equal(done.exitCode, 0, done.stderr);
  const read = (name: string): string => readFileSync(join(folder, "pack", name), "utf8");
  const pack = packReport.parse(JSON.parse(read("document.json")));
  assert.deepEqual(pack.licences, [{ licence: null, packages: 1 }]);
  assert.equal(pack.findings?.[0]?.vulnerability, "CVE-2030-0001");
  assert.ok(pack.attestations?.every(({ verified, signers }) => verified && signers[0]?.name === "sign.pub"));
  assert.deepEqual(pack.signatures, []);
  const page = read("document.html");
  for (const part of [
    "How it was built",
    "Configuration",
    "Dependencies",
    "Licences",
    "Findings",
    "Justifications",
  ])
    assert.match(page, new RegExp(`<h2[^>]*>${part}`));
  assert.match(page, /none set, so root/);
  assert.match(read("sbom.spdx.json"), /"spdxVersion"/);
});

test("document: how an image was built, from its provenance", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const materials = [{ uri: "pkg:docker/alpine@3.22", digest: { sha256: "a".repeat(64) } }];
  const args = { "build-arg:VERSION": "1.2", "build-arg:NPM_TOKEN": "npm_0123456789" };
  const vcs = { source: "https://git.example.com/team/app.git", revision: commit };
  const predicates = {
    "https://slsa.dev/provenance/v0.2": {
      builder: { id: "https://ci.example.com/42" },
      buildType: "https://mobyproject.org/buildkit@v1",
      invocation: { parameters: { args } },
      metadata: {
        buildFinishedOn: "2030-01-10T00:00:00Z",
        "https://mobyproject.org/buildkit@v1#metadata": { vcs },
      },
      materials,
    },
    "https://slsa.dev/provenance/v1": {
      buildDefinition: {
        buildType: "https://mobyproject.org/buildkit@v1",
        externalParameters: { request: { args } },
        resolvedDependencies: materials,
      },
      runDetails: {
        builder: { id: "https://ci.example.com/42" },
        metadata: { finishedOn: "2030-01-10T00:00:00Z", buildkit_metadata: { vcs } },
      },
    },
  };
  for (const [type, predicate] of Object.entries(predicates)) {
    writeFileSync(join(folder, "predicate.json"), JSON.stringify(predicate));
    const flags = ["--file", "predicate.json", "--predicate-type", type, "--sign-key", "sign.key"];
    const added = await run(["attestation", "add", ...flags, reference]);
    assert.equal(added.exitCode, 0, added.stderr);
  }
  const trusted = { PLIMSOLL_TRUSTED_KEYS: "sign.pub" };
  const done = await run(["document", "--format", "json", reference], trusted);
  const { builds } = packReport.parse(JSON.parse(done.stdout));
  const told = builds.map(({ predicateType, ...rest }) => [predicateType, rest]);
  const facts = {
    verified: true,
    builder: "https://ci.example.com/42",
    buildType: "https://mobyproject.org/buildkit@v1",
    source: vcs.source,
    commit,
    startedAt: null,
    finishedAt: "2030-01-10T00:00:00Z",
    parameters: [
      { name: "build-arg:VERSION", value: "1.2" },
      { name: "build-arg:NPM_TOKEN", value: builds[0]?.parameters[1]?.value ?? "" },
    ],
    materials: [{ uri: "pkg:docker/alpine@3.22", digest: `sha256:${"a".repeat(64)}` }],
  };
  assert.deepEqual(
    told.toSorted(),
    Object.keys(predicates).map((type) => [type, facts]),
  );
  assert.doesNotMatch(done.stdout, /npm_0123456789/);
  const page = await run(["document", "--format", "markdown", reference], trusted);
  assert.match(page.stdout, new RegExp(commit));
  assert.match(page.stdout, /git\.example\.com/);
});
