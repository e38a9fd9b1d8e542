/**
 * VEX attestations through the command line, against a registry on loopback: signed and trusted, signed by others, and those of a base
 * image that come down to its child.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cvesReport } from "../src/api/reports.ts";
import { vexDoctorReport } from "../src/api/vex-report.ts";
import { readVexDocument } from "../src/vex/read.ts";
import {
  buildImage,
  layoutFiles,
  manifestDescriptor,
  writeFiles,
  type BuiltImage,
} from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { startPushRegistry, type PushRegistry } from "./helpers/push-registry.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-vex-attested-"));
const now = new Date("2030-02-01T00:00:00Z");
const env = { PLIMSOLL_HOME: join(folder, "home") };
const trusting = { ...env, PLIMSOLL_TRUSTED_KEYS: join(folder, "ours.pub") };
const LIB = "pkg:npm/lib@1.0.0";
const author = "Base Team <base@example.com>";
const bottom = {
  entries: [
    file("etc/os-release", "ID=alpine\nVERSION_ID=3.20\n"),
    file("lib/apk/db/installed", "P:musl\nV:1.0-r0\nA:x86_64\n\n"),
    file("app/node_modules/lib/package.json", '{"name":"lib","version":"1.0.0"}'),
    file("srv/app.vex.json", "{}"),
  ],
};
let registry: PushRegistry;
let base: string;

before(async () => {
  registry = await startPushRegistry();
  base = push("team/base", buildImage({ layers: [bottom] }));
  for (const name of ["ours", "theirs"]) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeFileSync(join(folder, `${name}.key`), privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(join(folder, `${name}.pub`), publicKey.export({ type: "spki", format: "pem" }));
  }
  mkdirSync(join(folder, "feed"));
  const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }];
  const affected = [{ package: { ecosystem: "npm", name: "lib" }, ranges }];
  const record = { id: "CVE-2030-0001", modified: "2030-01-01T00:00:00Z", affected };
  writeFileSync(join(folder, "feed", "a.json"), JSON.stringify(record));
  await run(env, "db", "build", "--quiet", "--from", join(folder, "feed"));
  const says = ["--status", "not_affected", "--justification", "component_not_present", "--author", author];
  const product = `${registry.host}/team/base:1`;
  const about = ["--vulnerability", "CVE-2030-0001", "--product", product, "--subcomponent", LIB];
  await run(env, "vex", "create", ...about, ...says, "-o", "base.vex.json");
  const predicate = ["--file", "base.vex.json", "--predicate-type", "vex", "--sign-key", "ours.key"];
  await run(env, "attestation", "add", ...predicate, base);
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts the image there under the tag 1, and names it. */
function push(repository: string, image: BuiltImage): string {
  for (const [digest, bytes] of image.blobs) registry.blobs.set(digest, Buffer.from(bytes));
  const bytes = Buffer.from(image.blobs.get(image.manifestDigest) ?? []);
  const stored = { bytes, mediaType: "application/vnd.oci.image.manifest.v1+json" };
  for (const name of ["1", image.manifestDigest]) registry.manifests.set(`${repository}:${name}`, stored);
  return `registry://${registry.host}/${repository}:1`;
}

async function run(settings: Record<string, string>, ...args: readonly string[]): Promise<string> {
  const result = await runInProcess(args, { env: settings, now, cwd: folder });
  assert.equal(result.exitCode, 0, result.stderr);
  return result.stdout;
}

async function doctor(settings: Record<string, string>, reference: string) {
  const text = await run(settings, "vex", "doctor", "--format", "json", reference);
  const { statements, problems } = vexDoctorReport.parse(JSON.parse(text));
  return {
    says: statements.map(({ outcome, statement }) => [outcome, statement.origin, statement.tier]),
    ignored: problems.filter(({ code }) => code === "VEX_FILES_IGNORED").map(({ path }) => path),
  };
}

test("a VEX attestation is approved where the key that signed it is trusted, and files in the image do not count then", async () => {
  const ignored = ["srv/app.vex.json"];
  assert.deepEqual(await doctor(trusting, base), { says: [["applied", "attestation", "approved"]], ignored });
  assert.deepEqual(await doctor(env, base), { says: [["applied", "attestation", "proposed"]], ignored });
  const others = { ...env, PLIMSOLL_TRUSTED_KEYS: join(folder, "theirs.pub") };
  assert.deepEqual(await doctor(others, base), { says: [["applied", "attestation", "proposed"]], ignored });
});

test("a scan warns of files in the image that do not count, and says who explains statements that did not apply", async () => {
  const scan = await runInProcess(["cves", base], { env: trusting, now, cwd: folder });
  assert.match(
    scan.stderr,
    /^warning: srv\/app\.vex\.json: not read, because VEX is attested for the image$/m,
  );
  assert.doesNotMatch(scan.stderr, /vex doctor/);
  const authors = { ...env, PLIMSOLL_VEX_AUTHORS: "Nobody" };
  const filtered = await runInProcess(["cves", base], { env: authors, now, cwd: folder });
  assert.match(filtered.stderr, /^1 VEX notice: .*plimsoll vex doctor/m);
  // The authors of the settings stand beside the organisation itself, whose key has signed it; those who are asked for do not.
  const signed = { ...authors, ...trusting };
  const beside = await runInProcess(["cves", base], { env: signed, now, cwd: folder });
  assert.doesNotMatch(beside.stderr, /vex doctor/);
  const asked = await runInProcess(["cves", "--vex-author", "Nobody", base], {
    env: signed,
    now,
    cwd: folder,
  });
  assert.match(asked.stderr, /^1 VEX notice: .*plimsoll vex doctor/m);
});

test("vex get: what is attested as one document, and with --verify only what a trusted signer signed", async () => {
  const text = await run(env, "vex", "get", "--verify", "--key", "ours.pub", "--format", "csaf", base);
  const [statement] = readVexDocument(Buffer.from(text), "x").statements;
  assert.deepEqual([statement?.status, statement?.vulnerabilities], ["not_affected", ["CVE-2030-0001"]]);
  const refused = await runInProcess(["vex", "get", "--verify", "--key", "theirs.pub", base], {
    env,
    now,
    cwd: folder,
  });
  assert.deepEqual([refused.exitCode, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /ATTESTATION_UNVERIFIED/);
});

test("what is attested for a base comes down to its child while the files are unchanged, and not to others", async () => {
  await run(env, "base", "add", base);
  const findingOf = async (name: string, image: BuiltImage, ...args: readonly string[]) => {
    const reference = push(name, image);
    // The base's registry is asked only where asking is allowed.
    const text = await run(
      { ...trusting, PLIMSOLL_OFFLINE: "0" },
      "cves",
      "--format",
      "json",
      "--verify",
      ...args,
      reference,
    );
    const [finding] = cvesReport.parse(JSON.parse(text)).findings;
    return [finding?.status, finding?.statement?.tier, finding?.inheritedFrom];
  };
  const untouched = buildImage({ layers: [bottom, { entries: [file("app/own", "1")] }] });
  assert.deepEqual(await findingOf("team/child", untouched, "--base-vex"), [
    "not_affected",
    "approved",
    `${registry.host}/team/base:1`,
  ]);
  assert.deepEqual(await findingOf("team/child", untouched), ["affected", undefined, null]);
  // Offline no registry is asked, so the images lie in folders.
  const layoutOf = (name: string, { blobs, ...built }: BuiltImage): string => {
    writeFiles(join(folder, name), layoutFiles([manifestDescriptor({ blobs, ...built })], blobs));
    return `oci-dir://${join(folder, name)}`;
  };
  const child = layoutOf("child", untouched);
  const foreign = layoutOf("foreign", buildImage({ layers: [{ entries: [file("app/own", "2")] }] }));
  const warnings: readonly (readonly [image: string, offline: string, says: RegExp])[] = [
    [child, "0", /^(?!.*warning: no VEX of a base)/s],
    [foreign, "0", /^warning: no VEX of a base image counts: no base image is proven/m],
    [child, "1", /^warning: no VEX of a base image counts: .*PLIMSOLL_OFFLINE/m],
  ];
  for (const [image, offline, says] of warnings) {
    const settings = { ...trusting, PLIMSOLL_OFFLINE: offline };
    const args = ["cves", "--base-vex", "--verify", image];
    assert.match((await runInProcess(args, { env: settings, now, cwd: folder })).stderr, says);
  }
  const again = file("app/node_modules/lib/package.json", '{"name":"lib","version":"1.0.0","x":1}');
  const touched = buildImage({ layers: [bottom, { entries: [again] }] });
  assert.deepEqual(await findingOf("team/touched", touched, "--base-vex"), ["affected", undefined, null]);
});
