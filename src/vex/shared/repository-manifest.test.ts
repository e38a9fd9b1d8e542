import assert from "node:assert/strict";
import { test } from "node:test";
import { readRepositoryIndex, readRepositoryManifest, splitLocation } from "./repository-manifest.ts";

const HOUR_MS = 3_600_000;
const url = "https://example.com/main.tar.gz//hub-main";
const version = (more: object = {}) => ({
  spec_version: "0.1",
  locations: [{ url }],
  update_interval: "24h",
  ...more,
});

for (const { what, versions } of [
  { what: "a list, as repositories publish it", versions: [version({ spec_version: "1.0" }), version()] },
  { what: "an object, as the specification writes it", versions: { v0: version({ spec_version: "v0.1" }) } },
]) {
  test(`versions as ${what}`, () => {
    const manifest = readRepositoryManifest({ name: "Hub", versions });
    assert.deepEqual(manifest, {
      title: "Hub",
      locations: [{ url: "https://example.com/main.tar.gz", folder: "hub-main" }],
      intervalMs: 24 * HOUR_MS,
    });
  });
}

for (const { interval, hours } of [
  { interval: "4h", hours: 4 },
  { interval: "1h30m", hours: 1.5 },
  { interval: "10s", hours: 1 },
  { interval: "99999h", hours: 720 },
  { interval: "daily", hours: 24 },
  { interval: undefined, hours: 24 },
]) {
  test(`an interval of ${interval} is ${hours} hours`, () => {
    const { intervalMs } = readRepositoryManifest({ versions: [version({ update_interval: interval })] });
    assert.equal(intervalMs, hours * HOUR_MS);
  });
}

for (const { what, value } of [
  { what: "nothing", value: null },
  { what: "another version", value: { versions: [version({ spec_version: "0.2" })] } },
  { what: "no address", value: { versions: [version({ locations: [{ url: "oci://ghcr.io/a/b" }] })] } },
]) {
  test(`${what} is no manifest that can be used`, () => {
    assert.throws(() => readRepositoryManifest(value), { code: "VEX_INVALID" });
  });
}

for (const { text, expected } of [
  { text: "https://a.example/x.zip", expected: { url: "https://a.example/x.zip", folder: "" } },
  { text: "https://a.example/x.zip//a/b/", expected: { url: "https://a.example/x.zip", folder: "a/b" } },
  { text: "file:///etc/passwd", expected: null },
  { text: "", expected: null },
]) {
  test(`the location ${text === "" ? "of nothing" : text}`, () => {
    assert.deepEqual(splitLocation(text), expected);
  });
}

test("an index keeps what names a package and a place", () => {
  const packages = [{ id: "pkg:npm/a", location: "a.json", format: "csaf" }, { id: "pkg:npm/b" }, null];
  assert.deepEqual(readRepositoryIndex({ updated_at: "2030-01-01T00:00:00Z", packages }), {
    updatedAt: "2030-01-01T00:00:00Z",
    entries: [{ id: "pkg:npm/a", location: "a.json" }],
  });
  assert.equal(readRepositoryIndex({ manifests: [] }), null);
});

test("an index that lists more than may be listed is refused, and no part of it is left out", () => {
  const packages = ["a", "b", "c"].map((name) => ({ id: `pkg:npm/${name}`, location: "a.json" }));
  assert.equal(readRepositoryIndex({ packages }, 3)?.entries.length, 3);
  assert.throws(() => readRepositoryIndex({ packages }, 2), { code: "LIMIT_EXCEEDED" });
});

test("a manifest of many addresses: the first twenty are tried", () => {
  const locations = Array.from({ length: 25 }, (_, index) => ({ url: `https://${index}.example/a.zip` }));
  assert.equal(readRepositoryManifest({ versions: [version({ locations })] }).locations.length, 20);
});
