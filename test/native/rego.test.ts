/** Policies in Rego, compiled by a real Open Policy Agent: met, not met, no data, and what is refused before any image is looked at. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { attestationManifest } from "../helpers/attested-image.ts";
import { buildImage, buildIndex, writeLayout } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { startPushRegistry, type PushRegistry } from "../helpers/push-registry.ts";
import { repositoryRoot, runInProcess, type Run } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("opa");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-rego-"));
const image = `oci-dir://${join(folder, "image")}`;
const environment = {
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PATH: process.env["PATH"] ?? "",
  PLIMSOLL_OFFLINE: "0",
};
let registry: PushRegistry | null = null;

const modules: Readonly<Record<string, string>> = {
  "user.rego": policy(
    "not-root",
    "Runs as a user",
    'violation contains {"message": "No user", "detail": {"user": "root"}, "remediation": "Set USER."} if not input.source.image.config.config.User',
  ),
  "packages.rego": policy(
    "no-left-pad",
    "No left-pad",
    `violation contains v if {
	some pkg in oci.referrer("https://scout.docker.com/sbom/v0.1").statement.predicate.artifacts
	scout.parse_purl(pkg.purl).name in object.get(data.config, "names", ["left-pad"])
	print("found", pkg.name)
	v := {"message": sprintf("%s is there", [pkg.name]), "detail": {"purl": pkg.purl}}
}`,
  ),
  // A registry that nobody names is not asked, so nothing can be said of it.
  "digest.rego": policy(
    "newest-node",
    "The newest Node",
    `reference := object.get(data.config, "reference", concat(".", ["registry", "example", "com/node:25"]))

violation contains {"message": "another", "detail": {}} if oci.image_digest(reference) != data.config.digest`,
  ),
  "findings.rego": policy(
    "no-findings",
    "Nothing known",
    `violation contains {"message": cve.source_id, "detail": {}} if {
	some entry in oci.referrer("https://scout.docker.com/vulnerabilities/v0.1").statement.predicate
	some cve in entry.vulnerabilities
	time.now_ns() - time.parse_rfc3339_ns(cve.published_at) > 0
}`,
  ),
};

function policy(name: string, title: string, rule: string): string {
  return `# METADATA\n# title: ${title}\n# custom:\n#   name: ${name}\n#   weight: 10\npackage docker.scout\n\nimport rego.v1\n\ndefault pass := false\n\npass if count(violation) == 0\n\n${rule}\n`;
}

before(async () => {
  writeLayout(
    join(folder, "image"),
    buildImage({
      layers: [
        {
          entries: [file("app/node_modules/left-pad/package.json", '{"name":"left-pad","version":"1.3.0"}')],
        },
      ],
    }),
  );
  mkdirSync(join(folder, "rego"));
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, "rego", name), text);
  writeFileSync(join(folder, "rego", "user_test.rego"), "package docker.scout_test\n");
  const built = await runInProcess(["db", "build", "--from", join(repositoryRoot, "examples/advisories")], {
    cwd: folder,
    env: environment,
  });
  assert.equal(built.exitCode, 0, built.stderr);
  registry = await startPushRegistry();
});

after(async () => {
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: readonly string[]): Promise<Run> {
  return runInProcess(["policy", ...args], { cwd: folder, env: environment });
}

async function statuses(...args: readonly string[]): Promise<Record<string, string>> {
  const { stdout, stderr } = await run(image, "--skip-db-update", "--format", "json", ...args);
  assert.ok(stdout.startsWith("{"), stderr);
  const { verdict } = JSON.parse(stdout) as { verdict: { results: { policy: string; status: string }[] } };
  return Object.fromEntries(verdict.results.map(({ policy: id, status }) => [id, status]));
}

describe("modules in Rego", { skip }, () => {
  it("a folder: each module is a policy, in place of the built-in ones", async () => {
    assert.deepEqual(await statuses("--policy-dir", "rego"), {
      "newest-node": "no_data",
      "no-findings": "met",
      "no-left-pad": "not_met",
      "not-root": "not_met",
    });
  });

  it("a configuration is the module's data.config, and what it prints is shown", async () => {
    const configuration = {
      debug: true,
      policies: [
        { name: "no-left-pad", config: { names: ["right-pad"] } },
        { name: "not-root", enabled: false },
      ],
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
    assert.deepEqual(await statuses("--policy-dir", "rego", "--policy-config", "config.json"), {
      "newest-node": "no_data",
      "no-findings": "met",
      "no-left-pad": "met",
    });
    writeFileSync(join(folder, "debug.json"), JSON.stringify({ debug: true }));
    const shown = await run(
      image,
      "--skip-db-update",
      "--policy-file",
      "rego/packages.rego",
      "--policy-config",
      "debug.json",
    );
    assert.match(shown.stdout, /no-left-pad#17: found left-pad/);
  });

  it("a violation that is a text is its message; one of a package has its layer", async () => {
    writeFileSync(
      join(folder, "text.rego"),
      policy("text", "Text", 'violation contains "only words" if true'),
    );
    const files = ["--policy-file", "text.rego", "--policy-file", "rego/packages.rego"];
    const { stdout } = await run(image, "--skip-db-update", "--format", "json", ...files);
    const { verdict } = JSON.parse(stdout) as {
      verdict: { results: { policy: string; deviations: { message: string; layer: string | null }[] }[] };
    };
    const [left, text] = verdict.results.toSorted((a, b) => (a.policy < b.policy ? -1 : 1));
    assert.equal(text?.deviations[0]?.message, "only words");
    assert.match(left?.deviations[0]?.layer ?? "", /^sha256:/);
  });

  it("a result file has what the module made and what it took", async () => {
    const files = ["--policy-file", "rego/packages.rego", "--skip-db-update", "--result-file", "result.json"];
    const read = (): unknown => JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
    await run(image, ...files, "--result-format", "scout");
    const detail = { purl: "pkg:npm/left-pad@1.3.0" };
    const bindings = { pass: false, violation: [{ message: "left-pad is there", detail }] };
    const scout = read() as Record<string, { metrics: Record<string, number> }>;
    assert.partialDeepStrictEqual(scout, { "no-left-pad": { pass: false, violations: [detail], bindings } });
    assert.ok(scout["no-left-pad"]!.metrics["timer_rego_query_eval_ns"]! > 0);
    assert.ok(scout["no-left-pad"]!.metrics["counter_rego_builtin_calls"]! > 0);
    await run(image, ...files);
    assert.partialDeepStrictEqual(read(), { images: [{ policies: [{ id: "no-left-pad", bindings }] }] });
  });

  it("a bundle: published, read back, kept by its digest, and named in a configuration", async () => {
    const { host = "" } = registry ?? {};
    const reference = `${host}/acme/policies:1`;
    const published = await run("publish", reference, "--policy-dir", "rego");
    assert.equal(published.exitCode, 0, published.stderr);
    assert.match(published.stdout, /sha256:[0-9a-f]{64}\n  newest-node {2}\(The newest Node\)/);
    const expected = {
      "newest-node": "no_data",
      "no-findings": "met",
      "no-left-pad": "not_met",
      "not-root": "not_met",
    };
    assert.deepEqual(await statuses("--policy-bundle", reference), expected);
    writeFileSync(join(folder, "bundles.json"), JSON.stringify({ bundles: [reference] }));
    assert.deepEqual(await statuses("--policy-config", "bundles.json"), expected);
  });

  it("what a module asks of a registry that its configuration names is looked up between two runs", async () => {
    const reference = `${registry?.host ?? ""}/acme/asked:1`;
    const published = await run("publish", reference, "--policy-dir", "rego", "--format", "json");
    const { digest } = JSON.parse(published.stdout) as { digest: string };
    for (const [expected, config] of [
      ["met", { reference, digest }],
      ["not_met", { reference, digest: "sha256:other" }],
    ] as const) {
      const configuration = { policies: [{ name: "newest-node", config }] };
      writeFileSync(join(folder, "asked.json"), JSON.stringify(configuration));
      const args = ["--policy-file", "rego/digest.rego", "--policy-config", "asked.json"];
      assert.deepEqual(await statuses(...args), { "newest-node": expected });
    }
  });

  it("attestations that lie in another repository, which the user names", async () => {
    const { host = "", blobs, manifests } = registry!;
    const app = buildImage({ layers: [{ entries: [file("etc/x", "x")] }] });
    const sbom = attestationManifest(
      app,
      [{ predicateType: "https://spdx.dev/Document", predicate: {} }],
      "artifact",
    );
    const put = (name: string, bytes: Buffer, mediaType: string): void =>
      void manifests.set(name, { bytes, mediaType });
    put("acme/elsewhere:1", app.manifest, app.manifestMediaType);
    put(`acme/elsewhere:${app.manifestDigest}`, app.manifest, app.manifestMediaType);
    for (const [digest, blob] of app.blobs) blobs.set(digest, blob);
    for (const [digest, blob] of sbom.blobs) blobs.set(digest, blob);
    put(`attestations:${sbom.digest}`, sbom.bytes, sbom.mediaType);
    const { bytes } = buildIndex([sbom.referrer]);
    put(
      `attestations:${app.manifestDigest.replace(":", "-")}`,
      bytes,
      "application/vnd.oci.image.index.v1+json",
    );
    const place = policy(
      "place",
      "Place",
      `violation contains {"message": "none", "detail": {}} if is_null(oci.referrer("https://spdx.dev/Document"))

violation contains {"message": image, "detail": {}} if {
	image := oci.referrer("https://spdx.dev/Document").image
	not startswith(image, "${host}/attestations@")
}`,
    );
    writeFileSync(join(folder, "place.rego"), place);
    const args = [`registry://${host}/acme/elsewhere:1`, "--policy-file", "place.rego", "--format", "json"];
    const judged = async (...more: readonly string[]): Promise<unknown> =>
      (
        JSON.parse((await run(...args, "--skip-db-update", ...more)).stdout) as {
          verdict: { status: string };
        }
      ).verdict.status;
    assert.equal(await judged(), "not_met");
    assert.equal(await judged("--referrer-repository", `${host}/attestations`), "met");
  });

  it("without modules the configuration of the built-in policies is published", async () => {
    const reference = `${registry?.host ?? ""}/acme/built-in:1`;
    const published = await run("publish", reference);
    assert.equal(published.exitCode, 0, published.stderr);
    assert.match(published.stdout, /^ {2}copyleft-license {2}\(No copyleft licenses\)$/m);
    assert.deepEqual(
      Object.keys(await statuses("--policy-bundle", reference, "--policy-file", "rego/user.rego")).sort(),
      [
        "approved-base-images",
        "copyleft-license",
        "default-non-root-user",
        "fixable-vulnerabilities",
        "high-profile-vulnerabilities",
        "no-stale-base-images",
        "not-root",
        "supply-chain-attestations",
      ],
    );
  });

  const refused: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    [
      "a function that nobody knows",
      policy("x", "x", "violation contains nope.fun(1) if true"),
      /undefined function nope\.fun/,
    ],
    [
      "a function that asks the network",
      policy("x", "x", 'violation contains http.send({"url": "http://127.0.0.1/"}) if true'),
      /undefined function http\.send/,
    ],
    ["text that is no Rego", "package docker.scout\n\npass if {", /rego_parse_error|unexpected/],
  ];
  for (const [name, text, message] of refused) {
    it(`refused: ${name}`, async () => {
      writeFileSync(join(folder, "refused.rego"), text);
      const { exitCode, stderr } = await run(image, "--policy-file", "refused.rego");
      assert.equal(exitCode, 1);
      assert.match(stderr, /^error POLICY_MODULE_INVALID: The policy module refused\.rego: /m);
      assert.match(stderr, message);
      const published = await run(
        "publish",
        `${registry?.host ?? ""}/acme/refused:1`,
        "--policy-file",
        "refused.rego",
      );
      assert.equal(published.exitCode, 1);
      assert.equal(registry?.manifests.has("acme/refused:1"), false);
    });
  }
});
