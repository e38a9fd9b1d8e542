import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest, PartEntry } from "./manifest.ts";
import { readPublished, writePublished } from "./published-manifest.ts";

const part: PartEntry = {
  feed: "kev",
  part: "all",
  feedVersion: 1,
  licence: "CC0-1.0",
  origin: "/srv/feeds/kev.json, https://mirror.example/kev.json",
  fetchedAt: "2026-11-20T00:00:00.000Z",
  recordCount: 1,
  advisoryCount: 1,
  spaces: [],
  demonstration: false,
  failure: null,
  validators: null,
  contentDigest: "0".repeat(64),
  since: 0,
  segments: [],
  column: null,
};
const manifest: Manifest = { format: 3, number: 1, parts: [part], deltas: [], folded: [], publication: null };

test("a published manifest names files without the folders of who built it, and reads back", () => {
  const read = readPublished(Buffer.from(writePublished(manifest)));
  assert.equal(read.parts[0]?.origin, "kev.json, https://mirror.example/kev.json");
  assert.deepEqual({ ...read, parts: [{ ...read.parts[0], origin: part.origin }] }, manifest);
});
