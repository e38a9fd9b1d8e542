/**
 * What the verbs write, signed: beside each file a statement that is about the file and the image, which the public key verifies.
 */
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readEnvelope, isSignedBy, statementPayloadType } from "../src/attestations/dsse.ts";
import { readPublicKey } from "../src/attestations/keys.ts";
import { readStatement } from "../src/attestations/statement.ts";
import { buildImage, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import type { Run } from "./helpers/run-plimsoll.ts";
import { makeScene, osvRecord } from "./helpers/scene.ts";

const scene = makeScene("signed");
const { folder } = scene;
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const image = `oci-dir://${join(folder, "image")}`;
let digest = "";

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
  digest = built.manifestDigest;
  writeFiles(join(folder, "image"), layoutFiles([manifestDescriptor(built)], built.blobs));
  writeFileSync(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "key.pub"), pem);
  await scene.advisories([osvRecord("CVE-2030-0001", "npm", "lib", { fixed: "2.0.0" })]);
});

after(() => scene.close());

function run(...args: readonly string[]): Promise<Run> {
  return scene.run(args);
}

/** The statement beside a file, once its signature and its word on the file hold. */
function statementBeside(name: string) {
  const envelope = readEnvelope(readFileSync(join(folder, `${name}.dsse.json`)));
  assert.equal(envelope.payloadType, statementPayloadType);
  assert.ok(isSignedBy(envelope, readPublicKey(pem, "key.pub")));
  const statement = readStatement(envelope.payload);
  const hex = createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");
  assert.deepEqual(statement.subjects[0], { name, digest: `sha256:${hex}` });
  return {
    type: statement.predicateType,
    subjects: statement.subjects.slice(1),
    text: JSON.stringify(statement.predicate),
  };
}

const vex = [
  "--vulnerability",
  "CVE-2030-0001",
  "--product",
  "pkg:npm/lib@1.0.0",
  "--author",
  "A <a@example.com>",
];
const notAffected = [...vex, "--status", "not_affected", "--justification", "component_not_present"];

const rows: readonly {
  readonly args: readonly string[];
  readonly files: readonly string[];
  readonly type: string;
  readonly says: RegExp;
  readonly isOfImage: boolean;
}[] = [
  {
    args: ["sbom", "--format", "spdx", "-o", "app.spdx.json", image],
    files: ["app.spdx.json"],
    type: "https://spdx.dev/Document",
    says: /"spdxVersion".*pkg:npm\/lib@1\.0\.0/,
    isOfImage: true,
  },
  {
    args: ["sbom", "--format", "cyclonedx", "-o", "app.cdx.json", image],
    files: ["app.cdx.json"],
    type: "https://cyclonedx.org/bom",
    says: /"bomFormat".*pkg:npm\/lib@1\.0\.0/,
    isOfImage: true,
  },
  {
    args: ["cves", "-o", "cves.txt", "--output", "sarif=cves.sarif", "--only-severity", "critical", image],
    files: ["cves.txt", "cves.sarif"],
    type: "https://in-toto.io/attestation/vulns/v0.1",
    says: /"id":"CVE-2030-0001"/,
    isOfImage: true,
  },
  {
    args: ["secrets", "--format", "json", "-o", "secrets.json", image],
    files: ["secrets.json"],
    type: "https://scout.docker.com/secrets/v0.1",
    says: /^\[\]$/,
    isOfImage: true,
  },
  {
    args: ["policy", "--only-policy", "default-non-root-user", "-o", "policy.txt", image],
    files: ["policy.txt"],
    type: "urn:plimsoll:attestation:verdict:v1",
    says: /default-non-root-user.*not_met/,
    isOfImage: true,
  },
  {
    args: ["badge", "-o", "badge.svg", "--output", "json=badge.json", image],
    files: ["badge.svg", "badge.json"],
    type: "urn:plimsoll:attestation:health:v1",
    says: /"grade":"[A-F]"/,
    isOfImage: true,
  },
  {
    args: ["document", "--folder", ".", image],
    files: ["document.html", "document.json", "sbom.spdx.json"],
    type: "urn:plimsoll:attestation:document:v1",
    says: /pkg:npm\/lib@1\.0\.0/,
    isOfImage: true,
  },
  {
    args: ["vex", "create", ...notAffected, "--format", "csaf", "-o", "app.csaf.json"],
    files: ["app.csaf.json"],
    type: "https://openvex.dev/ns/v0.2.0",
    says: /component_not_present/,
    isOfImage: false,
  },
  {
    args: ["vex", "export", "--all", "--author", "A <a@example.com>", "-o", "app.vex.json", image],
    files: ["app.vex.json"],
    type: "https://openvex.dev/ns/v0.2.0",
    says: /CVE-2030-0001/,
    isOfImage: true,
  },
];

for (const { args, files, type, says, isOfImage } of rows) {
  test(`${args.slice(0, 2).join(" ")} into ${files.join(" and ")}`, async () => {
    const { exitCode, stderr } = await run(...args, "--sign-key", "key.pem");
    assert.equal(exitCode, 0, stderr);
    for (const name of files) {
      const statement = statementBeside(name);
      assert.ok(statement.type.startsWith(type), statement.type);
      assert.match(statement.text, says);
      assert.deepEqual(
        statement.subjects.map((subject) => subject.digest),
        isOfImage ? [digest] : [],
      );
    }
  });
}

test("attestation verify: the statement in a file, about the file beside it or about the image", async () => {
  const name = "verified.spdx.json";
  await run("sbom", "--format", "spdx", "-o", name, "--sign-key", "key.pem", image);
  const verify = (...args: readonly string[]) =>
    run("attestation", "verify", "--key", "key.pub", "--file", `${name}.dsse.json`, ...args);
  const beside = await verify("--predicate-type", "spdx");
  assert.equal(beside.exitCode, 0, beside.stderr);
  assert.ok(
    beside.stdout.includes(
      `cosign verify-blob-attestation --key key.pub --type spdxjson --insecure-ignore-tlog=true --signature ${name}.dsse.json ${name}`,
    ),
  );
  assert.equal((await verify("--predicate-type", "spdx", image)).exitCode, 0);
  assert.equal((await verify("--predicate-type", "vex", image)).exitCode, 2);
  writeFileSync(join(folder, name), `${readFileSync(join(folder, name), "utf8")} `);
  const changed = await verify();
  assert.equal(changed.exitCode, 2);
  assert.match(changed.stdout, /not verified: it was made for another image/);
  writeFiles(join(folder, "other"), otherImage());
  assert.equal((await verify(`oci-dir://${join(folder, "other")}`)).exitCode, 2);
  assert.match((await run("attestation", "verify", "--key", "key.pub")).stderr, /USAGE/);
  rmSync(join(folder, name));
  assert.match((await verify()).stderr, /FILE_NOT_FOUND/);
});

function otherImage() {
  const built = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=other\n")] }] });
  return layoutFiles([manifestDescriptor(built)], built.blobs);
}

test("a document that is extended is signed anew", async () => {
  await run("vex", "create", ...notAffected, "-o", "grown.vex.json", "--sign-key", "key.pem");
  const more = [...vex.slice(2), "--vulnerability", "CVE-2030-0002", "--status", "under_investigation"];
  const { exitCode, stderr } = await run(
    "vex",
    "create",
    "--append",
    "grown.vex.json",
    ...more,
    "--sign-key",
    "key.pem",
  );
  assert.equal(exitCode, 0, stderr);
  assert.match(statementBeside("grown.vex.json").text, /CVE-2030-0002/);
});

test("nothing is signed on standard output, nor with a key that cannot be read, and then nothing is written", async () => {
  assert.match((await run("sbom", "--sign-key", "key.pem", image)).stderr, /USAGE.*--output/);
  const { exitCode, stderr } = await run("sbom", "-o", "never.json", "--sign-key", "none.pem", image);
  assert.equal(exitCode, 1);
  assert.match(stderr, /KEY_INVALID/);
  assert.equal(existsSync(join(folder, "never.json")), false);
});
