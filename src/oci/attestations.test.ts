/** Where statements and signatures are looked for, and what a repository full of them cannot do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchAttestations, type SignatureSearch } from "./attestations.ts";
import type { Content } from "./content.ts";
import { digestOf } from "./digest.ts";
import { OciError } from "./error.ts";
import type { Descriptor } from "./manifest.ts";

const image = `sha256:${"a".repeat(64)}`;
const index = `sha256:${"b".repeat(64)}`;
const statement = {
  _type: "https://in-toto.io/Statement/v1",
  predicateType: "https://example.com/v1",
  predicate: {},
  subject: [{ digest: { sha256: "a".repeat(64) } }],
};
const bare = JSON.stringify(statement);
const envelope = JSON.stringify({
  payloadType: "application/vnd.in-toto+json",
  payload: Buffer.from(bare).toString("base64"),
  signatures: [{ sig: "AAAA" }],
});
const simple = "application/vnd.dev.cosign.simplesigning.v1+json";
const dsse = "application/vnd.dsse.envelope.v1+json";

interface Stored {
  readonly layers: readonly {
    readonly text: string;
    readonly mediaType: string;
    readonly sizeBytes?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly subject?: string;
}

/** A place with manifests under tags, and referrers of what they name as their subject. */
class Place {
  readonly blobs = new Map<string, Uint8Array>();
  readonly tags = new Map<string, Descriptor>();
  readonly referrers: { readonly subject: string; readonly entry: Descriptor }[] = [];

  put(tag: string | null, { layers, subject }: Stored): void {
    const described = layers.map(({ text, mediaType, sizeBytes = text.length, annotations = {} }) => {
      const bytes = Buffer.from(text);
      this.blobs.set(digestOf(bytes), bytes);
      return {
        mediaType,
        digest: digestOf(bytes),
        size: sizeBytes,
        annotations: { at: "layer", ...annotations },
      };
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: "x", digest: image, size: 1 },
        layers: described,
        ...(subject === undefined ? {} : { subject: { mediaType: "x", digest: subject, size: 1 } }),
      }),
    );
    this.blobs.set(digestOf(manifest), manifest);
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const rest = { annotations: {}, platform: null, artifactType: null };
    const entry = { mediaType, digest: digestOf(manifest), sizeBytes: manifest.length, ...rest };
    if (tag !== null) this.tags.set(tag, entry);
    if (subject !== undefined) this.referrers.push({ subject, entry });
  }

  get content(): Content {
    const get = async (digest: string): Promise<Uint8Array> => {
      const bytes = this.blobs.get(digest);
      if (bytes === undefined) throw new OciError("SOURCE_NOT_FOUND", "There is none.");
      return bytes;
    };
    return {
      fetchManifest: get,
      fetchBlob: get,
      findReferrers: async (digest) =>
        this.referrers.filter(({ subject }) => subject === digest).map(({ entry }) => entry),
      findTag: async (tag) => this.tags.get(tag) ?? null,
    };
  }
}

const tag = (ending: string, digest = image): string => `${digest.replace(":", "-")}.${ending}`;
const everywhere: SignatureSearch = { indexDigest: index };

function full(): Place {
  const place = new Place();
  place.put(null, { layers: [{ text: bare, mediaType: "application/vnd.in-toto+json" }], subject: image });
  place.put(tag("att"), { layers: [{ text: envelope, mediaType: dsse }] });
  place.put(tag("sig", index), { layers: [{ text: "payload", mediaType: simple }] });
  place.put(tag("sbom"), { layers: [{ text: '{"spdxVersion":"SPDX-2.3"}', mediaType: "text/spdx+json" }] });
  place.put(null, { layers: [{ text: "{}", mediaType: "application/jose+json" }], subject: image });
  return place;
}

test("a scan looks at referrers alone, and at no tag", async () => {
  const { attestations, signed } = await fetchAttestations(full().content, image, []);
  assert.deepEqual(
    attestations?.map(({ storage, signed: bytes }) => [storage, bytes]),
    [["referrer", undefined]],
  );
  assert.equal(signed, undefined);
});

test("a search for signatures finds what cosign and Notation left, of the index too", async () => {
  const { attestations, signed, problems } = await fetchAttestations(full().content, image, [], everywhere);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    attestations?.map(({ storage, predicateType, signed: bytes }) => [
      storage,
      predicateType,
      bytes !== undefined,
    ]),
    [
      ["referrer", "https://example.com/v1", false],
      ["tag", "https://example.com/v1", true],
      ["tag", "https://spdx.dev/Document", false],
    ],
  );
  assert.deepEqual(
    signed?.map(({ storage, mediaType }) => [storage, mediaType]),
    [
      ["referrer", "application/jose+json"],
      ["tag", simple],
    ],
  );
  assert.deepEqual(attestations?.[2]?.subjectDigests, [image]);
});

test("what lies elsewhere counts too, under cosign's tags also", async () => {
  const elsewhere = new Place();
  elsewhere.put(null, { layers: [{ text: envelope, mediaType: dsse }], subject: image });
  elsewhere.put(tag("att"), { layers: [{ text: envelope, mediaType: dsse }] });
  elsewhere.put(tag("sig", index), { layers: [{ text: "payload", mediaType: simple }] });
  const repository = "registry.example.com/attestations";
  const search = { ...everywhere, elsewhere: { content: elsewhere.content, repository } };
  const { attestations, signed } = await fetchAttestations(new Place().content, image, [], search);
  assert.deepEqual(
    attestations?.map(({ storage, manifestRepository }) => [storage, manifestRepository]),
    [
      ["referrer", repository],
      ["tag", repository],
    ],
  );
  assert.deepEqual(
    signed?.map((each) => each.repository),
    [repository],
  );
});

test("signatures without end are cut, and said (cosign CVE-2023-46737, CVE-2024-29903)", async () => {
  const place = new Place();
  const layers = Array.from({ length: 200 }, (_, at) => ({ text: `payload ${at}`, mediaType: simple }));
  place.put(tag("sig"), { layers });
  const { signed, problems } = await fetchAttestations(place.content, image, [], everywhere);
  assert.equal(signed?.length, 64);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["ATTESTATION_INVALID"],
  );
});

test("what says it is too large is not fetched (cosign CVE-2024-29902)", async () => {
  const place = new Place();
  const layer = { text: bare, mediaType: "application/vnd.in-toto+json", sizeBytes: 1024 ** 3 };
  place.put(null, { layers: [layer], subject: image });
  place.blobs.delete(digestOf(Buffer.from(bare)));
  const { attestations, problems } = await fetchAttestations(place.content, image, []);
  assert.deepEqual([attestations, problems.length], [[], 1]);
  assert.match(problems[0]?.message ?? "", /too large/);
});

test("a referrer that a registry names for another subject is not believed", async () => {
  const place = new Place();
  place.put(null, { layers: [{ text: bare, mediaType: "application/vnd.in-toto+json" }], subject: index });
  const lying: Content = {
    ...place.content,
    findReferrers: async () => place.referrers.map(({ entry }) => entry),
  };
  const { attestations, problems } = await fetchAttestations(lying, image, []);
  assert.deepEqual([attestations, problems.length], [[], 1]);
});

test("a place that cannot be asked is not one that has none", async () => {
  const failing: Content = {
    ...new Place().content,
    findReferrers: () => Promise.reject(new OciError("REGISTRY_UNREACHABLE", "It is away.")),
  };
  const { attestations, problems } = await fetchAttestations(failing, image, [], everywhere);
  assert.deepEqual(
    [attestations, problems.map(({ code }) => code)],
    [null, ["ATTESTATIONS_UNAVAILABLE", "ATTESTATIONS_UNAVAILABLE"]],
  );
});

test("referrers without end are cut, and said", async () => {
  const place = new Place();
  for (let at = 0; at < 70; at += 1) {
    const text = JSON.stringify({ ...statement, predicate: { at } });
    place.put(null, { layers: [{ text, mediaType: "application/vnd.in-toto+json" }], subject: image });
  }
  const { attestations, problems } = await fetchAttestations(place.content, image, []);
  assert.equal(attestations?.length, 64);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ["More than 64 attestation manifests."],
  );
});

test("statements that are too large together are not all fetched, and said", async () => {
  const place = new Place();
  const layers = Array.from({ length: 6 }, (_, at) => ({
    text: JSON.stringify({ ...statement, predicate: { at } }),
    mediaType: "application/vnd.in-toto+json",
    sizeBytes: 30 * 1024 ** 2,
  }));
  place.put(null, { layers, subject: image });
  const { attestations, problems } = await fetchAttestations(place.content, image, []);
  assert.deepEqual([attestations?.length, problems.length], [4, 2]);
  assert.match(problems[0]?.message ?? "", /too large/);
});

test("a statement of another type than its layer declares is left out, and said", async () => {
  const place = new Place();
  const layer = { text: bare, mediaType: "application/vnd.in-toto+json" };
  const declared = (type: string) => ({ ...layer, annotations: { "in-toto.io/predicate-type": type } });
  place.put(null, { layers: [declared("https://example.com/v1")], subject: image });
  place.put(null, { layers: [declared("https://spdx.dev/Document")], subject: image });
  const { attestations, problems } = await fetchAttestations(place.content, image, []);
  assert.deepEqual([attestations?.length, problems.length], [1, 1]);
  assert.match(problems[0]?.message ?? "", /declared type/);
});
