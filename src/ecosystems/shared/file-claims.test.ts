/** Claims packed into bytes come back as they were. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileClaim, PackageDigest } from "../../domain/package.ts";
import { FileClaims } from "./file-claims.ts";

function claim(path: string, more: Partial<FileClaim> = {}): FileClaim {
  return { purl: "pkg:deb/debian/a@1", path, kind: "file", digest: null, isConfiguration: false, ...more };
}

function roundTrip(...given: readonly FileClaim[]): readonly FileClaim[] {
  const claims = new FileClaims();
  claims.add(given);
  return [...claims];
}

test("claims come back in order, with their packages, kinds and flags", () => {
  const given = [
    claim("usr/bin/a"),
    claim("etc/a.conf", { isConfiguration: true }),
    claim("opt/a", { kind: "folder" }),
    claim("usr/share/ä/日本.txt", { purl: "pkg:deb/debian/b@2" }),
    claim("usr/bin/b"),
  ];
  assert.deepEqual(roundTrip(...given), given);
});

test("digests come back as they were written, whatever they are", () => {
  const digests: readonly (PackageDigest | null)[] = [
    { algorithm: "md5", value: "900150983cd24fb0d6963f7d28e17f72" },
    { algorithm: "sha256", value: "ab".repeat(32) },
    { algorithm: "sha512", value: "0f".repeat(64) },
    { algorithm: "blake2b", value: "c1".repeat(64) },
    { algorithm: "md5", value: "newconffile" },
    { algorithm: "md5", value: "ABCDEF" },
    { algorithm: "md5", value: "abc" },
    { algorithm: "sha1", value: "" },
    null,
  ];
  const given = digests.map((digest, index) => claim(`f${index}`, { digest }));
  assert.deepEqual(roundTrip(...given), given);
  const endless = claim("f", { digest: { algorithm: "md5", value: "a".repeat(100_000) } });
  assert.deepEqual(roundTrip(endless), [claim("f")]);
});

test("paths that no file can have are dropped, and the longest is kept", () => {
  const longest = claim("日".repeat(4096));
  assert.deepEqual(roundTrip(claim(""), claim("x".repeat(4097)), longest), [longest]);
});

test("many claims are read as often as one likes", () => {
  const claims = new FileClaims();
  const given = Array.from({ length: 20_000 }, (_, at) => claim(`usr/share/folder-${at % 7}/file-${at}`));
  for (const one of given) claims.add([one]);
  for (let time = 0; time < 2; time += 1) assert.deepEqual([...claims], given);
  assert.deepEqual(claims.problems(), []);
});
