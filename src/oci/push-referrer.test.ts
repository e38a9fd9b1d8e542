import assert from "node:assert/strict";
import { test } from "node:test";
import type { RegistryClient } from "./client.ts";
import { digestOf } from "./digest.ts";
import { OciError } from "./error.ts";
import type { RegistryWriter } from "./push.ts";
import { pushReferrer, pushUnderTag, type Referrer, type RegistryAccess } from "./push-referrer.ts";

const repository = { registry: "registry.example.com", path: "team/app" };
const subject = {
  digest: `sha256:${"a".repeat(64)}`,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  sizeBytes: 7,
};

interface Memory extends RegistryAccess {
  /** By tag and digest. */
  readonly manifests: Map<string, Uint8Array>;
}

/** `lists`: the registry lists referrers itself. */
function memory(lists: boolean): Memory {
  const blobs = new Set<string>();
  const manifests = new Map<string, Uint8Array>();
  const put = (name: string, bytes: Uint8Array): string => {
    const digest = digestOf(bytes);
    for (const each of [name, digest]) manifests.set(each, bytes);
    return digest;
  };
  const writer: RegistryWriter = {
    hasBlob: async (_, digest) => blobs.has(digest),
    putBlob: async (_, bytes) => {
      blobs.add(digestOf(bytes));
      return digestOf(bytes);
    },
    putManifest: async (_, tag, bytes) => put(tag, bytes),
    putReferrer: async (_, bytes) => ({ digest: put(digestOf(bytes), bytes), isListed: lists }),
  };
  const client: Pick<RegistryClient, "fetchManifest"> = {
    fetchManifest: async (_, reference) => {
      const bytes = manifests.get(reference);
      if (bytes === undefined) throw new OciError("SOURCE_NOT_FOUND", "There is none.");
      return { bytes, digest: digestOf(bytes), mediaType: "" };
    },
  };
  return { manifests, writer, client: client as RegistryClient };
}

function referrer(text: string): Referrer {
  const layer = { bytes: Buffer.from(text), mediaType: "text/plain", annotations: {} };
  return { subject, artifactType: "text/plain", layer, annotations: { text } };
}

type Index = { manifests: { digest: string; annotations: { text: string } }[] };
type Manifest = { layers: { digest: string }[]; subject: { digest: string }; artifactType: string };
const read = <T>(access: Memory, name: string): T =>
  JSON.parse(Buffer.from(access.manifests.get(name) ?? []).toString()) as T;
const fallBack = subject.digest.replace(":", "-");

test("a referrer names its subject, and is listed by a registry that can", async () => {
  const access = memory(true);
  const digest = await pushReferrer(access, repository, referrer("one"));
  const manifest = read<Manifest>(access, digest);
  assert.deepEqual([manifest.subject.digest, manifest.artifactType], [subject.digest, "text/plain"]);
  assert.equal(access.manifests.has(fallBack), false);
});

test("else the client lists it under the tag, and keeps what is there", async () => {
  const access = memory(false);
  const one = await pushReferrer(access, repository, referrer("one"));
  const two = await pushReferrer(access, repository, referrer("two"));
  await pushReferrer(access, repository, referrer("one"));
  assert.deepEqual(
    read<Index>(access, fallBack).manifests.map(({ digest, annotations }) => [digest, annotations.text]),
    [
      [two, "two"],
      [one, "one"],
    ],
  );
});

test("a tag that is no list is left alone", async () => {
  const access = memory(false);
  const image = { schemaVersion: 2, config: { mediaType: "x", digest: subject.digest, size: 1 }, layers: [] };
  const bytes = Buffer.from(JSON.stringify(image));
  access.manifests.set(fallBack, bytes);
  await assert.rejects(pushReferrer(access, repository, referrer("one")), { code: "DOCUMENT_INVALID" });
  assert.equal(access.manifests.get(fallBack), bytes);
});

test("layers are added to a tag of cosign, each once", async () => {
  const access = memory(false);
  for (const text of ["one", "two", "one"])
    await pushUnderTag(access, repository, "sha256-x.att", referrer(text).layer);
  const digests = ["two", "one"].map((text) => digestOf(Buffer.from(text)));
  assert.deepEqual(
    read<Manifest>(access, "sha256-x.att").layers.map(({ digest }) => digest),
    digests,
  );
});
