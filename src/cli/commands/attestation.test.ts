/** The verbs against a registry on loopback that has no referrers API, so that the client keeps the list itself. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  buildImage,
  buildIndex,
  manifestDescriptor,
  sha256,
  type BuiltImage,
} from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { startPushRegistry, type PushRegistry } from "../../../test/helpers/push-registry.ts";
import { repositoryRoot, runInProcess, type Run } from "../../../test/helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-attestations-"));
const ours = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const theirs = generateKeyPairSync("ed25519");
const vex = { "@context": "https://openvex.dev/ns/v0.2.0", statements: [] };
let registry: PushRegistry;
let image: BuiltImage;
let reference: string;

before(async () => {
  registry = await startPushRegistry();
  image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=test")] }] });
  reference = `registry://${registry.host}/team/app:1`;
  for (const [digest, bytes] of image.blobs) registry.blobs.set(digest, Buffer.from(bytes));
  const bytes = Buffer.from(image.blobs.get(image.manifestDigest) ?? []);
  const stored = { bytes, mediaType: "application/vnd.oci.image.manifest.v1+json" };
  for (const name of ["1", image.manifestDigest]) registry.manifests.set(`team/app:${name}`, stored);
  for (const [name, { privateKey, publicKey }] of Object.entries({ ours, theirs })) {
    writeFileSync(join(folder, `${name}.key`), privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(join(folder, `${name}.pub`), publicKey.export({ type: "spki", format: "pem" }));
  }
  writeFileSync(join(folder, "app.vex.json"), JSON.stringify(vex));
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: readonly string[]): Promise<Run> {
  return runInProcess(["attestation", ...args], { cwd: folder, env: {} });
}

interface Report {
  readonly attestations: readonly {
    predicateType: string;
    verified: boolean;
    storage: string;
    reason: string | null;
  }[];
  readonly missing: readonly string[];
  readonly commands: readonly string[];
}

async function attestations(...args: readonly string[]): Promise<Report["attestations"]> {
  const { stdout, stderr } = await run("list", "--format", "json", ...args, reference);
  assert.equal(stderr, "");
  return (JSON.parse(stdout) as Report).attestations;
}

test("attestation: from nothing to verified, in each of its forms", async (t) => {
  await t.test("an image without any", async () => {
    const { exitCode, stderr } = await run("list", reference);
    assert.deepEqual([exitCode, stderr], [0, "The image has no attestations and no signatures.\n"]);
    assert.equal((await run("verify", "--key", "ours.pub", reference)).exitCode, 2);
  });
  await t.test("a signed predicate", async () => {
    const added = await run(
      "add",
      "--file",
      "app.vex.json",
      "--predicate-type",
      "vex",
      "--sign-key",
      "ours.key",
      reference,
    );
    assert.equal(added.exitCode, 0, added.stderr);
    const [first] = await attestations("--key", "ours.pub");
    assert.deepEqual(
      [first?.predicateType, first?.verified, first?.storage],
      ["https://openvex.dev/ns", true, "referrer"],
    );
  });
  await t.test("another key does not verify it, and a private one is refused", async () => {
    const [first] = await attestations("--key", "theirs.pub");
    assert.deepEqual([first?.verified, first?.reason], [false, "none of the trusted keys signed it"]);
    assert.match((await run("verify", "--key", "ours.key", reference)).stderr, /KEY_INVALID/);
  });
  await t.test("its predicate comes out as it went in, verified or not at all", async () => {
    const get = ["get", "--predicate-type", "vex", "--predicate"];
    const { stdout, stderr } = await run(...get, "--verify", "--key", "ours.pub", reference);
    assert.deepEqual(JSON.parse(stdout), vex);
    assert.match(stderr, /cosign verify-attestation --key ours.pub --type openvex/);
    const refused = await run(...get, "--verify", "--key", "theirs.pub", reference);
    assert.deepEqual([refused.exitCode, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /ATTESTATION_UNVERIFIED/);
  });
  await t.test("the whole statement names the image", async () => {
    const { stdout } = await run("get", "--predicate-type", "vex", reference);
    const { subject } = JSON.parse(stdout) as { subject: { digest: { sha256: string } }[] };
    assert.equal(`sha256:${subject[0]?.digest.sha256}`, image.manifestDigest);
  });
  await t.test("as a bundle and under a tag of cosign", async () => {
    for (const form of ["bundle", "tag"]) {
      const args = [
        "add",
        "--file",
        "app.vex.json",
        "--predicate-type",
        "https://example.com/v1",
        "--as",
        form,
      ];
      const { exitCode, stderr } = await run(...args, "--sign-key", "ours.key", reference);
      assert.equal(exitCode, 0, stderr);
    }
    const found = await attestations("--key", "ours.pub");
    assert.deepEqual(found.map(({ storage, verified }) => [storage, verified]).toSorted(), [
      ["referrer", true],
      ["referrer", true],
      ["tag", true],
    ]);
  });
  await t.test("in another repository", async () => {
    const elsewhere = ["--referrer-repository", `${registry.host}/attestations`];
    const args = [
      "add",
      "--file",
      "app.vex.json",
      "--predicate-type",
      "https://example.com/v2",
      ...elsewhere,
    ];
    assert.equal((await run(...args, "--sign-key", "ours.key", reference)).exitCode, 0);
    const named = (list: Report["attestations"]): boolean =>
      list.some(({ predicateType }) => predicateType === "https://example.com/v2");
    assert.equal(named(await attestations("--key", "ours.pub")), false);
    assert.equal(named(await attestations("--key", "ours.pub", ...elsewhere)), true);
  });
  await t.test("by a program that signs", async () => {
    const openssl = `#!/bin/sh\nexec openssl dgst -sha256 -sign ${folder}/ours.key | base64 -w20\n`;
    writeFileSync(join(folder, "sign.sh"), openssl);
    chmodSync(join(folder, "sign.sh"), 0o755);
    const args = ["add", "--file", "app.vex.json", "--predicate-type", "https://example.com/v3"];
    const done = await run(...args, "--sign-key", "exec:./sign.sh", reference);
    assert.equal(done.exitCode, 0, done.stderr);
    const { exitCode } = await run(
      "verify",
      "--key",
      "ours.pub",
      "--predicate-type",
      "https://example.com/v3",
      reference,
    );
    assert.equal(exitCode, 0);
    assert.match((await run(...args, "--sign-key", "exec:./none.sh", reference)).stderr, /SIGNER_FAILED/);
    writeFileSync(join(folder, "sign.sh"), `${openssl.replace("exec ", "")}exit 3\n`);
    const failed = await run(...args, "--sign-key", "exec:./sign.sh", reference);
    assert.match(failed.stderr, /SIGNER_FAILED.*ended with 3/);
  });
  await t.test("what is asked for and missing is named, with exit code 2", async () => {
    const args = ["verify", "--format", "json", "--key", "ours.pub", "--signature"];
    const { exitCode, stdout } = await run(
      ...args,
      "--predicate-type",
      "spdx",
      "--predicate-type",
      "vex",
      reference,
    );
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual([exitCode, report.missing], [2, ["https://spdx.dev/Document", "signature"]]);
    assert.ok(report.commands.every((line) => line.startsWith("cosign verify-attestation --key ours.pub")));
  });
});

test("attestation add: a statement about another image is not attached", async () => {
  const before = registry.requests.length;
  const subject = [{ name: "x", digest: { sha256: "0".repeat(64) } }];
  const statement = { _type: "https://in-toto.io/Statement/v1", predicateType: "x", predicate: {}, subject };
  writeFileSync(join(folder, "other.json"), JSON.stringify(statement));
  const { exitCode, stderr } = await run("add", "--file", "other.json", reference);
  assert.equal(exitCode, 1);
  assert.match(stderr, /DOCUMENT_INVALID/);
  assert.ok(registry.requests.slice(before).every(({ line }) => line.startsWith("GET")));
});

test("attestation: a Sigstore bundle in a file is attached as it is, and verified where it lies", async () => {
  const type = ["--predicate-type", "https://example.com/in-a-file"];
  await run(
    "add",
    "--file",
    "app.vex.json",
    ...type,
    "--as",
    "referrer",
    "--sign-key",
    "ours.key",
    reference,
  );
  const envelope = [...registry.blobs.values()]
    .map((bytes) => bytes.toString("utf8"))
    .findLast((text) => text.includes('"payloadType"'));
  const bundle = {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "as it was" } },
    dsseEnvelope: JSON.parse(envelope ?? "") as unknown,
  };
  writeFileSync(join(folder, "app.bundle.json"), JSON.stringify(bundle));
  writeFileSync(join(folder, "many.jsonl"), `${JSON.stringify(bundle)}\n\n${JSON.stringify(bundle)}\n`);
  const verified = async (file: string, key = "ours.pub") => {
    const args = ["verify", "--format", "json", "--key", key, "--file", file, ...type];
    const { stdout } = await run(...args, `registry://${registry.host}/team/app@${image.manifestDigest}`);
    const found = (JSON.parse(stdout) as Report).attestations;
    return found.filter((each) => each.storage === "file").map((each) => each.verified);
  };
  assert.deepEqual(await verified("app.bundle.json"), [true]);
  assert.deepEqual(await verified("many.jsonl"), [true, true]);
  assert.deepEqual(await verified("app.bundle.json", "theirs.pub"), [false]);
  const { payload } = JSON.parse(envelope ?? "") as { payload: string };
  writeFileSync(join(folder, "bare.json"), Buffer.from(payload, "base64"));
  assert.deepEqual(await verified("bare.json"), [false]);
  const added = await run("add", "--file", "app.bundle.json", reference);
  assert.equal(added.exitCode, 0, added.stderr);
  assert.ok([...registry.blobs.values()].some((bytes) => bytes.toString("utf8").includes("as it was")));
  assert.match((await run("add", "--file", "app.bundle.json", "--as", "tag", reference)).stderr, /USAGE/);
  const other = { ...(JSON.parse(envelope ?? "") as object), payloadType: "text/plain" };
  writeFileSync(join(folder, "other-type.json"), JSON.stringify(other));
  assert.match((await run("add", "--file", "other-type.json", reference)).stderr, /DOCUMENT_INVALID/);
  writeFileSync(join(folder, "all.jsonl"), "{}\n".repeat(300));
  const tooMany = await run("verify", "--key", "ours.pub", "--file", "all.jsonl", reference);
  assert.match(tooMany.stderr, /LIMIT_EXCEEDED/);
});

test("attestation add: a misspelt word for a predicate type is refused", async () => {
  const args = ["add", "--file", "app.vex.json", "--predicate-type", "vexx", "--sign-key", "ours.key"];
  const { exitCode, stderr } = await run(...args, reference);
  assert.equal(exitCode, 1);
  assert.match(stderr, /USAGE: "vexx" is no predicate type/);
});

test("attestation: nobody trusted is no verification, and get names what it gets", async () => {
  assert.match((await run("verify", reference)).stderr, /USAGE/);
  assert.match((await run("get", reference)).stderr, /USAGE/);
  assert.match((await run("get", "--predicate-type", "stig", reference)).stderr, /ATTESTATION_NOT_FOUND/);
});

test("attestation verify: what notation signed, by a folder of its trust policy and store", async () => {
  const path = join(repositoryRoot, "src/attestations/fixtures/notation.json");
  const fixture = JSON.parse(readFileSync(path, "utf8")) as NotationFixture;
  const trust = join(folder, "notation");
  mkdirSync(join(trust, "truststore/x509/ca/acme"), { recursive: true });
  writeFileSync(join(trust, "truststore/x509/ca/acme/acme.crt"), fixture.certificates.acme);
  const images = {
    name: "images",
    registryScopes: [`${registry.host}/team/signed`],
    signatureVerification: { level: "strict" },
    trustStores: ["ca:acme"],
    trustedIdentities: ["x509.subject: C=US, ST=WA, O=Acme"],
  };
  writeFileSync(join(trust, "trustpolicy.json"), JSON.stringify({ version: "1.0", trustPolicies: [images] }));
  placeNotation(fixture);
  const verify = (...args: readonly string[]) =>
    runInProcess(["attestation", "verify", ...args, `registry://${registry.host}/team/signed:1`], {
      cwd: folder,
      env: { PLIMSOLL_NOTATION_TRUST: "notation" },
      now: new Date("2030-01-01T00:00:00Z"),
    });
  const byOption = await verify("--notation-trust", "notation", "--signature");
  assert.equal(byOption.exitCode, 0, byOption.stderr);
  assert.match(byOption.stdout, /signed by CN=release, OU=Releases, O=Acme.* \(notation:ca:acme\)/);
  assert.ok(
    byOption.stdout.includes(
      `The same by notation:\n  notation verify ${registry.host}/team/signed@${fixture.digest}`,
    ),
  );
  assert.equal((await verify("--signature")).exitCode, 0);
  assert.equal((await verify("--key", "ours.pub", "--signature")).exitCode, 2);
});

interface NotationFixture {
  readonly digest: string;
  readonly manifest: string;
  readonly config: string;
  readonly certificates: { readonly acme: string };
  readonly signatures: readonly { readonly mediaType: string; readonly bytes: string }[];
}

/** The signed image of the fixture, with its signatures as referrers under the tag that stands for the API. */
function placeNotation({ digest, manifest, config, signatures }: NotationFixture): void {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const put = (name: string, bytes: Buffer, type = mediaType): void =>
    void registry.manifests.set(`team/signed:${name}`, { bytes, mediaType: type });
  const blob = (bytes: Buffer) => {
    registry.blobs.set(sha256(bytes), bytes);
    return { digest: sha256(bytes), size: bytes.length };
  };
  for (const name of ["1", digest]) put(name, Buffer.from(manifest));
  blob(Buffer.from(config));
  const artifactType = "application/vnd.cncf.notary.signature";
  const manifests = signatures.map(({ mediaType: type, bytes }) => {
    const signature = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: { mediaType: artifactType, ...blob(Buffer.from("{}")) },
        layers: [{ mediaType: type, ...blob(Buffer.from(bytes, "base64")) }],
        subject: { mediaType, digest, size: manifest.length },
      }),
    );
    put(sha256(signature), signature);
    return { mediaType, artifactType, digest: sha256(signature), size: signature.length };
  });
  const type = "application/vnd.oci.image.index.v1+json";
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
  put(digest.replace(":", "-"), index, type);
}

test("attestation verify: the key may lie at an address, which the command of cosign names too", async () => {
  const server = createServer((_, response) => response.end(readFileSync(join(folder, "ours.pub"))));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const key = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys/latest.pub`;
  await run("sign", "--sign-key", "ours.key", reference);
  const { exitCode, stdout } = await runInProcess(
    ["attestation", "verify", "--key", key, "--signature", reference],
    { cwd: folder, env: { PLIMSOLL_OFFLINE: "0", PLIMSOLL_NO_CACHE: "1" } },
  );
  await new Promise((done) => server.close(done));
  assert.equal(exitCode, 0);
  assert.match(stdout, /signed by latest\.pub/);
  assert.ok(stdout.includes(`cosign verify --key ${key}`));
});

test("attestation: of several platforms the index is signed, and a statement is attached to what it is about", async () => {
  const images = ["amd64", "arm64"].map((architecture) =>
    buildImage({
      layers: [{ entries: [file("etc/os-release", `ID=${architecture}`)] }],
      platform: { os: "linux", architecture },
    }),
  );
  const index = buildIndex(images.map((each) => manifestDescriptor(each)));
  const place = (name: string, bytes: Uint8Array, mediaType: string): void =>
    void registry.manifests.set(`team/many:${name}`, { bytes: Buffer.from(bytes), mediaType });
  for (const { blobs, manifestDigest } of images) {
    for (const [digest, bytes] of blobs) registry.blobs.set(digest, Buffer.from(bytes));
    place(
      manifestDigest,
      blobs.get(manifestDigest) ?? new Uint8Array(),
      "application/vnd.oci.image.manifest.v1+json",
    );
  }
  for (const name of ["1", index.digest]) place(name, index.bytes, "application/vnd.oci.image.index.v1+json");
  const many = `registry://${registry.host}/team/many:1`;
  const json = async (...args: readonly string[]): Promise<{ added: { image: string }[] } & Report> =>
    JSON.parse((await run(...args, "--format", "json", many)).stdout) as {
      added: { image: string }[];
    } & Report;

  const signed = await json("sign", "--sign-key", "ours.key");
  assert.ok(signed.added[0]?.image.endsWith(index.digest));
  for (const platform of ["linux/amd64", "linux/arm64"]) {
    const { commands, missing } = await json(
      "verify",
      "--key",
      "ours.pub",
      "--signature",
      "--platform",
      platform,
    );
    assert.deepEqual(missing, []);
    assert.ok(commands[0]?.endsWith(index.digest));
  }
  const added = await json(
    "add",
    "--file",
    "app.vex.json",
    "--predicate-type",
    "vex",
    "--sign-key",
    "ours.key",
    "--platform",
    "linux/arm64",
  );
  assert.ok(added.added[0]?.image.endsWith(images[1]?.manifestDigest ?? "none"));
  const missingOf = async (platform: string): Promise<readonly string[]> =>
    (await json("verify", "--key", "ours.pub", "--predicate-type", "vex", "--platform", platform)).missing;
  assert.deepEqual(await missingOf("linux/arm64"), []);
  assert.deepEqual(await missingOf("linux/amd64"), ["https://openvex.dev/ns"]);
});
