/**
 * The SBOM generator as BuildKit runs it: a process that is told by its environment where to look and where to write. What it
 * writes is attached to an image as BuildKit does, and read back as the SBOM of the image and of its build stages.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { officialValidator, errorsOf } from "../golden/official-schemas.ts";
import { attestationManifest } from "../helpers/attested-image.ts";
import { buildImage, buildIndex, layoutFiles, manifestDescriptor, writeFiles } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { runProcess, type Run } from "../helpers/run-plimsoll.ts";
import { skipWithout } from "../helpers/shared.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-generator-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const apk = (name: string): string => `P:${name}\nV:1.0-r0\nA:x86_64\no:${name}\nL:MIT\n\n`;
const alpine = "ID=alpine\nVERSION_ID=3.22.1\n";
const core = { "etc/os-release": alpine, "lib/apk/db/installed": apk("musl") };
const files: Readonly<Record<string, string>> = {
  ...under("core/sbom", core),
  ...under("extras/sbom-build", { "etc/os-release": alpine, "lib/apk/db/installed": apk("gcc") }),
  ...under("extras/sbom-context", {
    "package.json": '{"name":"app","version":"1.0.0"}',
    "package-lock.json": JSON.stringify({
      name: "app",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: { "": { name: "app", version: "1.0.0" }, "node_modules/left-pad": { version: "1.3.0" } },
    }),
  }),
  "extras/not-a-folder": "x",
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, "src", path)), { recursive: true });
  writeFileSync(join(folder, "src", path), text);
}

function under(prefix: string, tree: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).map(([path, text]) => [`${prefix}/${path}`, text]));
}

interface Statement {
  readonly predicateType: string;
  readonly _type: string;
  readonly subject: readonly unknown[];
  readonly predicate: { readonly name: string; readonly packages: readonly { readonly name: string }[] };
}

async function generate(
  variables: Readonly<Record<string, string>>,
  label: string,
): Promise<Run & { out: string }> {
  const out = join(folder, label);
  mkdirSync(out, { recursive: true });
  const env = {
    BUILDKIT_SCAN_DESTINATION: out,
    BUILDKIT_SCAN_SOURCE: join(folder, "src/core/sbom"),
    ...variables,
  };
  return { ...(await runProcess(["sbom-generator"], { env })), out };
}

function statementIn(out: string, name: string): Statement {
  return JSON.parse(readFileSync(join(out, name), "utf8")) as Statement;
}

test("every file system gives one statement of SPDX, named after it", async () => {
  const run = await generate({ BUILDKIT_SCAN_SOURCE_EXTRAS: `${join(folder, "src/extras")}/` }, "all");
  assert.equal(run.exitCode, 0, run.stderr);
  assert.equal(run.stdout, "");
  const names = ["sbom-build.spdx.json", "sbom-context.spdx.json", "sbom.spdx.json"];
  assert.deepEqual(readdirSync(run.out).sort(), names);
  const found = names.map((name) => {
    const { _type, subject, predicateType, predicate } = statementIn(run.out, name);
    assert.deepEqual(
      [_type, subject, predicateType],
      ["https://in-toto.io/Statement/v0.1", [], "https://spdx.dev/Document"],
    );
    return [predicate.name, ...predicate.packages.slice(1).map((pkg) => pkg.name)];
  });
  assert.deepEqual(found, [
    ["sbom-build", "alpine", "gcc"],
    ["sbom-context", "left-pad"],
    ["sbom", "alpine", "musl"],
  ]);
  const again = await generate({ BUILDKIT_SCAN_SOURCE_EXTRAS: join(folder, "src/extras") }, "again");
  for (const name of names) {
    assert.equal(readFileSync(join(again.out, name), "utf8"), readFileSync(join(run.out, name), "utf8"));
  }
});

test("the documents are valid SPDX 2.3", { skip: skipWithout("schemas/spdx-2.3.schema.json") }, async () => {
  const { out } = await generate({}, "valid");
  const { predicate } = statementIn(out, "sbom.spdx.json");
  assert.equal(errorsOf(officialValidator("spdx-2.3.schema.json"), JSON.stringify(predicate)), "");
});

for (const [name, extras] of [
  ["not set", null],
  ["empty", ""],
  ["a folder that does not exist", join(folder, "gone")],
] as const) {
  test(`extras that are ${name} are left out`, async () => {
    const label = `extras ${name}`;
    const run = await generate(extras === null ? {} : { BUILDKIT_SCAN_SOURCE_EXTRAS: extras }, label);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.deepEqual(readdirSync(run.out), ["sbom.spdx.json"]);
  });
}

test("an empty file system is an SBOM without packages, and not an error", async () => {
  mkdirSync(join(folder, "scratch/sbom"), { recursive: true });
  const run = await generate({ BUILDKIT_SCAN_SOURCE: join(folder, "scratch/sbom") }, "scratch");
  assert.equal(run.exitCode, 0, run.stderr);
  assert.equal(statementIn(run.out, "sbom.spdx.json").predicate.packages.length, 1);
});

for (const [variable, value] of [
  ["BUILDKIT_SCAN_SOURCE", ""],
  ["BUILDKIT_SCAN_DESTINATION", join(folder, "gone")],
] as const) {
  test(`without ${variable} it fails and writes nothing`, async () => {
    const run = await generate({ [variable]: value }, `without ${variable}`);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, new RegExp(`CONFIG_INVALID.*${variable}`));
    assert.deepEqual(readdirSync(run.out), []);
  });
}

test("attached to the image as BuildKit does, they are its SBOM and those of its stages", async () => {
  const { out } = await generate({ BUILDKIT_SCAN_SOURCE_EXTRAS: join(folder, "src/extras") }, "attach");
  const image = buildImage({
    layers: [{ entries: Object.entries(core).map(([path, text]) => file(path, text)) }],
  });
  const statements = readdirSync(out).map((name) => {
    const { predicateType, predicate } = statementIn(out, name);
    return { predicateType, predicate };
  });
  const attestations = attestationManifest(image, statements, "in-index");
  const index = buildIndex([manifestDescriptor(image, "app:1"), attestations.entry]);
  const blobs = new Map([...image.blobs, ...attestations.blobs]);
  blobs.set(attestations.digest, attestations.bytes).set(index.digest, index.bytes);
  const top = [{ digest: index.digest, mediaType: index.mediaType, size: index.bytes.length }];
  writeFiles(join(folder, "layout"), layoutFiles(top, blobs));
  const args = ["--format", "list", `oci-dir://${join(folder, "layout")}`];
  const env = { PLIMSOLL_NO_CACHE: "1" };
  const attested = await runProcess(["sbom", "--use-attested-sbom", ...args], { env });
  assert.equal(attested.exitCode, 0, attested.stderr);
  assert.deepEqual(rows(attested), ["musl 1.0-r0 apk"]);
  const staged = await runProcess(["sbom", "--multi-stage", ...args], { env });
  assert.deepEqual(rows(staged), ["gcc 1.0-r0 apk build", "left-pad 1.3.0 npm context", "musl 1.0-r0 apk"]);
});

function rows({ stdout }: Run): string[] {
  return stdout
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => line.replaceAll(/ +/g, " "));
}
