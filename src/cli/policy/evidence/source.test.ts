/** What modules ask of registries and signatures: what there is, what there is not, and what may not be asked for. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { attestationManifest } from "../../../../test/helpers/attested-image.ts";
import {
  buildImage,
  buildIndex,
  descriptor,
  manifestDescriptor,
  sha256,
} from "../../../../test/helpers/oci-image.ts";
import { startPushRegistry, type PushRegistry } from "../../../../test/helpers/push-registry.ts";
import { sealEnvelope } from "../../../attestations/dsse.ts";
import { readPrivateKey, type SigningKey } from "../../../attestations/keys.ts";
import { writeSimpleSigning } from "../../../attestations/simple-signing.ts";
import { readConfig } from "../../../config/config.ts";
import type { ResolvedImage } from "../../../domain/image.ts";
import { sampleImage } from "../../../../test/golden/sample-analysis.ts";
import type { QuestionName } from "../../../policies/rego/evidence.ts";
import type { CliContext } from "../../context.ts";
import { policyEvidence } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-evidence-"));
const image = buildImage({ layers: [{ entries: [] }] });
const index = buildIndex([manifestDescriptor(image)]);
const sbom = attestationManifest(
  image,
  [{ predicateType: "https://spdx.dev/Document", predicate: { a: 1 } }],
  "artifact",
);
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";
const keys = { ours: newKey(), other: newKey() };
let registry: PushRegistry;
let context: CliContext;
let own: ResolvedImage;
let signature: { readonly bytes: Buffer; readonly layer: Buffer };

function newKey() {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    pem: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    open: (): Promise<SigningKey> =>
      readPrivateKey(
        pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        "key",
        async () => "",
      ),
  };
}

/** cosign's signature over the manifest of the SBOM, as it lies among the referrers. */
async function signedSbom(): Promise<typeof signature> {
  const layer = writeSimpleSigning("acme/app", sbom.digest);
  const made = Buffer.from(await (await keys.ours.open()).sign(layer)).toString("base64");
  const annotations = { "dev.cosignproject.cosign/signature": made };
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json",
    config: descriptor(Buffer.from("{}"), "application/vnd.oci.empty.v1+json"),
    layers: [{ ...descriptor(layer, "application/vnd.dev.cosign.simplesigning.v1+json"), annotations }],
    subject: descriptor(sbom.bytes, manifestType),
  };
  return { bytes: Buffer.from(JSON.stringify(manifest)), layer };
}

before(async () => {
  registry = await startPushRegistry();
  signature = await signedSbom();
  const put = (name: string, bytes: Buffer, mediaType = manifestType): void => {
    for (const each of [name, sha256(bytes)])
      registry.manifests.set(`acme/app:${each}`, { bytes, mediaType });
  };
  const referrers = (subject: string, bytes: Buffer): void =>
    put(
      subject.replace(":", "-"),
      Buffer.from(buildIndex([descriptor(bytes, manifestType)]).bytes),
      indexType,
    );
  put("1", index.bytes, indexType);
  put(image.manifestDigest, image.manifest);
  put(sbom.digest, sbom.bytes);
  put("signature", signature.bytes);
  referrers(image.manifestDigest, sbom.bytes);
  referrers(sbom.digest, signature.bytes);
  for (const [digest, blob] of sbom.blobs) registry.blobs.set(digest, blob);
  registry.blobs.set(sha256(signature.layer), signature.layer);
  mkdirSync(join(folder, "home"));
  writeFileSync(join(folder, "ours.pub"), keys.ours.pem);
  context = contextWith({});
  own = {
    ...sampleImage,
    repository: `${registry.host}/acme/app`,
    digest: image.manifestDigest,
    indexDigest: sha256(index.bytes),
  };
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

function contextWith(environment: Readonly<Record<string, string>>): CliContext {
  const env = { PLIMSOLL_CACHE_DIR: join(folder, "cache"), ...environment };
  const config = readConfig(env, join(folder, "home"), folder);
  return {
    config,
    env,
    home: join(folder, "home"),
    cwd: folder,
    clock: () => new Date(0),
    stderr: { write: () => {}, isTerminal: false, width: 80 },
  } as unknown as CliContext;
}

interface Asked {
  readonly texts?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

async function ask(
  name: QuestionName,
  args: readonly unknown[],
  { texts = [], environment }: Asked = {},
): Promise<unknown> {
  const asked = environment === undefined ? context : contextWith(environment);
  const answer = await policyEvidence({ context: asked, options: {}, image: own })({ name, args }, texts);
  return "value" in answer ? answer.value : answer.reason;
}

const name = (): string => own.repository ?? "";

describe("what registries tell", () => {
  it("oci.image_digest: of a tag, of none, of a digest", async () => {
    assert.equal(await ask("oci.image_digest", [`${name()}:1`]), sha256(index.bytes));
    assert.equal(await ask("oci.image_digest", [`${name()}:2`]), null);
    assert.equal(await ask("oci.image_digest", [`${name()}@${sbom.digest}`]), sbom.digest);
  });

  it("oci.index: of the image that is judged, by a tag, and of an image that stands alone", async () => {
    const expected = JSON.parse(index.bytes.toString("utf8")) as unknown;
    assert.deepEqual(await ask("oci.index", [name(), image.manifestDigest]), expected);
    assert.deepEqual(await ask("oci.index", [`${name()}:1`, image.manifestDigest]), expected);
    assert.equal(await ask("oci.index", [name(), sbom.digest]), null);
  });

  it("oci.referrer_index: what refers to an image, and to nothing", async () => {
    const found = (await ask("oci.referrer_index", [name(), image.manifestDigest])) as {
      manifests: unknown[];
    };
    assert.partialDeepStrictEqual(found, { schemaVersion: 2, manifests: [{ digest: sbom.digest }] });
    const none = (await ask("oci.referrer_index", [name(), sha256(index.bytes)])) as { manifests: unknown[] };
    assert.deepEqual(none.manifests, []);
  });

  it("oci.referrer_by_digest: the statement, nothing, and what is no statement", async () => {
    const found = await ask("oci.referrer_by_digest", [name(), sbom.digest]);
    assert.partialDeepStrictEqual(found, {
      statement: { predicateType: "https://spdx.dev/Document", predicate: { a: 1 } },
      image: `${name()}@${sbom.digest}`,
    });
    assert.equal(await ask("oci.referrer_by_digest", [name(), `sha256:${"0".repeat(64)}`]), null);
    assert.equal(await ask("oci.referrer_by_digest", [name(), image.manifestDigest]), null);
  });

  it("only registries that somebody named are asked", async () => {
    const elsewhere = "registry.example.com/app:1";
    // A name that only looks like it is another's.
    const others = [
      "https://other.example.com/registry.example.com/keys",
      "registry.example.com.other.example/app",
      "my-registry.example.com/app",
      "ask registry.example.com",
    ];
    assert.match(
      String(await ask("oci.image_digest", [elsewhere], { texts: others })),
      /named neither by the module/,
    );
    const texts = ["https://registry.example.com/keys"];
    const named = await ask("oci.image_digest", [elsewhere], {
      texts,
      environment: { PLIMSOLL_OFFLINE: "1" },
    });
    assert.match(String(named), /PLIMSOLL_OFFLINE/);
    assert.match(String(await ask("oci.image_digest", ["Not A Name"])), /^oci\.image_digest of Not A Name: /);
    assert.match(String(await ask("oci.index", [name(), "latest"])), /is no digest/);
    assert.match(String(await ask("oci.index", [{}, "latest"])), /takes a reference/);
  });
});

describe("signatures", () => {
  const options = (key_ref: string) => ({ key_ref, ignore_tlog: true });
  const signed = (): string => `${name()}@${sbom.digest}`;

  it("cosign.verify_image: by the key, by another, not signed, not there", async () => {
    const texts = [keys.ours.pem, keys.other.pem];
    assert.deepEqual(await ask("cosign.verify_image", [signed(), options(keys.ours.pem)], { texts }), {
      verified: true,
      signers: ["key of the module"],
    });
    const other = await ask("cosign.verify_image", [signed(), options(keys.other.pem)], { texts });
    assert.deepEqual(other, { verified: false, error: "none of the trusted keys signed it" });
    const unsigned = await ask("cosign.verify_image", [`${name()}:1`, options(keys.ours.pem)], { texts });
    assert.deepEqual(unsigned, { verified: false, error: "no signature was found" });
    const missing = await ask("cosign.verify_image", [`${name()}:9`, options(keys.ours.pem)], { texts });
    assert.deepEqual(missing, { verified: false, error: `there is no ${name()}:9` });
  });

  it("cosign.verify_dsse: by the key, by another, changed, and no envelope", async () => {
    const texts = [keys.ours.pem, keys.other.pem];
    const statement = Buffer.from(
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ name: "", digest: { sha256: image.manifestDigest.slice(7) } }],
        predicateType: "https://spdx.dev/Document",
        predicate: {},
      }),
    );
    const text = await sealEnvelope("application/vnd.in-toto+json", statement, await keys.ours.open());
    const envelope = JSON.parse(text) as Record<string, unknown>;
    const by = (pem: string, given: unknown): Promise<unknown> =>
      ask("cosign.verify_dsse", [given, options(pem)], { texts });
    assert.deepEqual(await by(keys.ours.pem, envelope), { verified: true, signers: ["key of the module"] });
    assert.partialDeepStrictEqual(await by(keys.ours.pem, text), { verified: true });
    assert.partialDeepStrictEqual(await by(keys.other.pem, envelope), { verified: false });
    const payload = Buffer.from(statement.toString("utf8").replace("{}", "[]")).toString("base64");
    assert.partialDeepStrictEqual(await by(keys.ours.pem, { ...envelope, payload }), { verified: false });
    assert.partialDeepStrictEqual(await by(keys.ours.pem, null), { verified: false });
  });

  const inVain: readonly (readonly [what: string, options: unknown, asked: Asked, reason: RegExp])[] = [
    ["a key that nobody named", options(keys.ours.pem), {}, /neither in the module nor/],
    ["the log is not left out", { key_ref: keys.ours.pem }, { texts: [keys.ours.pem] }, /set ignore_tlog/],
    [
      "a kind of key that there is not",
      options("awskms://x"),
      { texts: ["awskms://x"] },
      /no address of https/,
    ],
    ["no key, and nobody is trusted", {}, {}, /names no key/],
    [
      "an identity without a trust root",
      { certificate_identity: "a@b.example", certificate_oidc_issuer: "https://i.example" },
      {},
      /trust root/,
    ],
    ["an identity without its issuer", { certificate_identity: "a@b.example" }, {}, /issuer/],
    [
      "a key at an address, offline",
      options("https://keys.example.com/latest.pub"),
      { texts: ["https://keys.example.com/latest.pub"], environment: { PLIMSOLL_OFFLINE: "1" } },
      /PLIMSOLL_OFFLINE/,
    ],
  ];
  for (const [what, given, asked, reason] of inVain) {
    it(`no answer: ${what}`, async () => {
      assert.match(String(await ask("cosign.verify_image", [signed(), given], asked)), reason);
    });
  }

  const key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n";

  it("gpg.verify_commit: a commit of more than 16 MiB is not looked at", async () => {
    const commit = "c".repeat(16 * 1024 * 1024);
    const of = async (text: string): Promise<unknown> =>
      ask("gpg.verify_commit", [text, key], { texts: [key] });
    assert.deepEqual(await of(commit), { verified: false, error: "the commit is not signed" });
    assert.match(String(await of(`${commit}c`)), /the commit is too large/);
  });

  it("gpg.verify_commit: a key of more than 1 MiB is not fetched", async () => {
    const server = createServer((_request, response) => response.end(key.padEnd(1024 * 1024 + 1)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/key.asc`;
      const signature = "-----BEGIN PGP SIGNATURE-----\n";
      const answer = await ask("gpg.verify_commit", ["tree 1", signature, address], { texts: [address] });
      assert.match(String(answer), /1048576/);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("a key of the settings, by its name and without one", async () => {
    const environment = { PLIMSOLL_TRUSTED_KEYS: join(folder, "ours.pub") };
    for (const given of [options("ours.pub"), {}]) {
      const answer = await ask("cosign.verify_image", [signed(), given], { environment });
      assert.deepEqual(answer, { verified: true, signers: ["ours.pub"] });
    }
  });
});
