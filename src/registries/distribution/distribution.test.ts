import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../../domain/error.ts";
import { readNotification } from "../kinds.ts";
import type { NotificationReading } from "../types.ts";

const digest = `sha256:${"a1".repeat(32)}`;
const contentType = "application/vnd.docker.distribution.events.v2+json";
const ociManifest = "application/vnd.oci.image.manifest.v1+json";
const ociIndex = "application/vnd.oci.image.index.v1+json";
const imageConfig = { mediaType: "application/vnd.oci.image.config.v1+json", size: 1, digest };
const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", size: 1, digest };

/** As docker-registry 2.8 sends it after `buildah push`. */
function event(target: object = {}, rest: object = {}): object {
  return {
    id: "0e1f8f8e-8c1e-4b4a-9a0e-7c4b2f3d9a11",
    timestamp: "2026-11-20T10:11:12.123456789Z",
    action: "push",
    target: {
      mediaType: ociManifest,
      size: 481,
      digest,
      length: 481,
      repository: "acme/my-app",
      url: `http://127.0.0.1:5000/v2/acme/my-app/manifests/${digest}`,
      tag: "1.0",
      ...target,
    },
    request: {
      id: "a1b2",
      addr: "127.0.0.1:40000",
      host: "127.0.0.1:5000",
      method: "PUT",
      useragent: "Buildah/1.28",
    },
    actor: { name: "ann" },
    source: { addr: "host:5000", instanceID: "i" },
    ...rest,
  };
}

const read = (...events: readonly unknown[]): NotificationReading =>
  readNotification("distribution", { contentType, body: { events } });

test("a push of a manifest", () => {
  const { pushes, ignored, problems } = read(event());
  assert.equal(pushes.length, 1);
  const { id, ...push } = pushes[0]!;
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.deepEqual(push, {
    host: "127.0.0.1:5000",
    repository: "acme/my-app",
    tag: "1.0",
    digest,
    isIndex: false,
    actor: "ann",
    at: new Date("2026-11-20T10:11:12.123Z"),
  });
  assert.deepEqual([ignored, problems], [0, []]);
});

test("what is read as a push", () => {
  const rows: readonly (readonly [
    string,
    object,
    { tag?: string | null; isIndex?: boolean; actor?: string | null },
  ])[] = [
    ["a Docker manifest", event({ mediaType: "application/vnd.docker.distribution.manifest.v2+json" }), {}],
    ["an index", event({ mediaType: ociIndex }), { isIndex: true }],
    [
      "a manifest list",
      event({ mediaType: "application/vnd.docker.distribution.manifest.list.v2+json" }),
      { isIndex: true },
    ],
    ["by digest", event({ tag: undefined }), { tag: null }],
    ["by digest, with an empty tag", event({ tag: "" }), { tag: null }],
    ["nobody signed in", event({}, { actor: {} }), { actor: null }],
    ["no actor", event({}, { actor: undefined }), { actor: null }],
    [
      "an actor that is a terminal's nightmare",
      event({}, { actor: { name: "a\u001b[2J\u0000" } }),
      { actor: "a\\u{1b}[2J\\u{0}" },
    ],
    ["config and layers named", event({ references: [imageConfig, layer] }), {}],
    ["no references", event({ references: null }), {}],
    [
      "an index with references",
      event({ mediaType: ociIndex, references: [{ mediaType: ociManifest }] }),
      { isIndex: true },
    ],
    [
      "a tag that only starts like a signature's",
      event({ tag: "sha256-abc.sig" }),
      { tag: "sha256-abc.sig" },
    ],
  ];
  for (const [name, sent, expected] of rows) {
    const { pushes, ignored, problems } = read(sent);
    assert.deepEqual([pushes.length, ignored, problems], [1, 0, []], name);
    const { tag, isIndex, actor } = pushes[0]!;
    assert.deepEqual(
      { tag, isIndex, actor },
      { tag: "1.0", isIndex: false, actor: "ann", ...expected },
      name,
    );
  }
});

test("what is ignored", () => {
  const hex = digest.slice("sha256:".length);
  const rows: readonly (readonly [string, unknown])[] = [
    ["a pull", event({}, { action: "pull" })],
    ["a deletion", { action: "delete", target: { digest, repository: "acme/my-app" } }],
    ["a mount", event({ mediaType: "application/octet-stream" }, { action: "mount" })],
    ["a layer", event({ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" })],
    ["a blob", event({ mediaType: "application/octet-stream" })],
    [
      "Docker's first schema",
      event({ mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws" }),
    ],
    ["a signature of cosign", event({ tag: `sha256-${hex}.sig` })],
    ["an attestation of cosign", event({ tag: `sha256-${hex}.att` })],
    ["an index of referrers", event({ mediaType: ociIndex, tag: `sha256-${hex}` })],
    ["an artifact", event({ artifactType: "application/spdx+json" })],
    ["a chart", event({ references: [{ mediaType: "application/vnd.cncf.helm.config.v1+json" }, layer] })],
    [
      "an attestation of BuildKit",
      event({ references: [imageConfig, { mediaType: "application/vnd.in-toto+json" }] }),
    ],
    [
      "an envelope",
      event({ references: [imageConfig, { mediaType: "application/vnd.dsse.envelope.v1+json" }] }),
    ],
  ];
  for (const [name, sent] of rows)
    assert.deepEqual(read(sent), { pushes: [], ignored: 1, problems: [] }, name);
  assert.equal(read(...rows.map(([, sent]) => sent), event()).pushes.length, 1);
});

test("a push that is not understood is told, and the others count", () => {
  const rows: readonly (readonly [string, object])[] = [
    ["another digest", event({ digest: `sha512:${"a".repeat(128)}` })],
    ["a repository that climbs", event({ repository: "../acme" })],
    ["a repository with a control character", event({ repository: "acme/\u001b" })],
    ["a repository that is too long", event({ repository: "a".repeat(256) })],
    ["a tag that is none", event({ tag: "-1" })],
    ["a tag with a line break", event({ tag: "1.0\n" })],
    ["no time", event({}, { timestamp: "yesterday" })],
    ["an id that is too long", event({}, { id: "i".repeat(201) })],
  ];
  for (const [name, sent] of rows) {
    const { pushes, ignored, problems } = read(sent, event());
    assert.deepEqual([pushes.length, ignored, problems.length], [1, 1, 1], name);
    assert.doesNotMatch(problems[0]!, /[\u0000-\u001f]/, name);
  }
  const many = read(...Array.from({ length: 50 }, () => event({ digest: "" })));
  assert.deepEqual([many.ignored, many.problems.length], [50, 10]);
});

test("a notification of something else is refused with a code", () => {
  const good = { events: [event()] };
  const rows: readonly (readonly [string, string, unknown])[] = [
    ["another content type", "text/plain", good],
    ["no content type", "", good],
    ["no envelope", contentType, event()],
    ["null", contentType, null],
    ["a list", contentType, []],
    ["an event that is none", contentType, { events: [1] }],
    ["too many events", contentType, { events: Array.from({ length: 1001 }, () => event()) }],
  ];
  for (const [name, type, body] of rows) {
    assert.throws(
      () => readNotification("distribution", { contentType: type, body }),
      (error) => error instanceof PlimsollError && error.code === "NOTIFICATION_INVALID",
      name,
    );
  }
  assert.equal(
    readNotification("distribution", { contentType: `${contentType}; charset=utf-8`, body: good }).pushes
      .length,
    1,
  );
});

test("the same event has the same id, another push another one", () => {
  const id = (sent: object): string => read(sent).pushes[0]!.id;
  const first = id(event());
  assert.equal(id(event()), first);
  const others = [
    event({}, { id: "another" }),
    event({}, { timestamp: "2026-11-20T10:11:13Z" }),
    event({ tag: "1.1" }),
    event({ tag: "" }),
    event({ repository: "acme/other" }),
    event({ digest: `sha256:${"b2".repeat(32)}` }),
  ].map(id);
  assert.equal(new Set([first, ...others]).size, others.length + 1);
});
