/** Taking published databases: what is fetched, what is made, what is refused, and that a refusal changes nothing. */
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { answersOfRecords, buildRecords, manyRecords } from "../../test/helpers/changing-database.ts";
import { makeArtifact, readSegmentFile } from "./artifact.ts";
import { openBundle, writeBundle } from "./bundle.ts";
import { openCurrent, readCurrentManifest } from "./database.ts";
import { sealEnvelope, openEnvelope } from "./envelope.ts";
import { manifestPath, segmentPath } from "./layout.ts";
import { writeManifest, type Manifest } from "./manifest.ts";
import { publishedFileBytesMax, writePublished } from "./published-manifest.ts";
import { takePublished, type PublishedSource, type TakeOptions, type TakeReport } from "./take-published.ts";
import { verifyDatabase } from "./verify-database.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-take-"));
after(() => rmSync(root, { recursive: true, force: true }));

const publisher = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");

async function sourceOf(dir: string, key: KeyObject | null = publisher.privateKey): Promise<PublishedSource> {
  const artifact = await makeArtifact(dir, key);
  const digests = new Set(artifact.segments.map(({ digest }) => digest));
  return {
    origin: "registry.example/db:latest",
    envelope: artifact.envelope,
    has: (digest) => digests.has(digest),
    fetch: (segment) => readSegmentFile(dir, segment),
  };
}

function take(dir: string, source: PublishedSource, more: Partial<TakeOptions> = {}): Promise<TakeReport> {
  const trusted = [publisher.publicKey];
  return takePublished({ dir, source, trusted, exclude: [], allowOlder: false, signal: null, ...more });
}

/** Days of a publisher, each a build over the one before. */
async function publishDays(
  dir: string,
  days: number,
  afterDay: (day: number) => Promise<void>,
): Promise<void> {
  const records = manyRecords(1_000);
  await buildRecords(root, dir, records);
  await afterDay(0);
  for (let day = 1; day <= days; day += 1) {
    for (let change = 0; change < 60; change += 1)
      records.set((day * 131 + change * 29) % 1_050, day * 10_000 + change);
    await buildRecords(root, dir, records, new Date(Date.UTC(2026, 10, 20 + day)));
    await afterDay(day);
  }
}

describe("taking a published database", () => {
  it("fetches all at first, then the delta of the day, and makes new bases from what is at hand", async () => {
    const [origin, daily, weekly] = [join(root, "origin"), join(root, "daily"), join(root, "weekly")];
    let [derived, whole] = [0, 0];
    await publishDays(origin, 12, async (day) => {
      const report = await take(daily, await sourceOf(origin));
      if (day === 0) whole = report.fetchedBytes;
      else
        assert.ok(report.fetchedBytes < whole / 8, `${report.fetchedBytes} of ${whole} bytes on day ${day}`);
      if (day > 0) assert.equal(report.fetchedCount, 1);
      derived += report.derivedCount;
      assert.deepEqual(answersOfRecords(daily), answersOfRecords(origin));
      if (day % 6 !== 0) return;
      const rare = await take(weekly, await sourceOf(origin));
      if (day > 0) assert.ok(rare.fetchedBytes < whole, `${rare.fetchedBytes} bytes after six days`);
      assert.deepEqual(answersOfRecords(weekly), answersOfRecords(origin));
    });
    assert.ok(derived > 0, "no base was made anew");
    const verified = verifyDatabase(daily, [publisher.publicKey]);
    assert.equal(verified.partCount, 1);
    assert.notEqual(verified.keyId, null);
  });

  it("takes the whole base where the rows at hand are others", async () => {
    const [origin, other] = [join(root, "line"), join(root, "other-line")];
    const records = manyRecords(1_000);
    // Another history with the same numbers.
    await buildRecords(root, other, new Map([...records].map(([number, said]) => [number, said + 500_000])));
    await publishDays(origin, 9, async () => {});
    const report = await take(other, await sourceOf(origin));
    assert.equal(report.derivedCount, 0);
    assert.deepEqual(answersOfRecords(other), answersOfRecords(origin));
  });

  it("goes through a bundle, which is refused when one bit of it is flipped", async () => {
    const [origin, taken] = [join(root, "packed"), join(root, "unpacked")];
    await buildRecords(root, origin, manyRecords(100));
    const path = join(root, "bundle.tar");
    await writeBundle(origin, await makeArtifact(origin, publisher.privateKey), path);
    const bytes = readFileSync(path);
    await takeBundle(taken, path);
    assert.deepEqual(answersOfRecords(taken), answersOfRecords(origin));
    const good = readFileSync(manifestPath(taken));
    const other = join(root, "damaged.tar");
    let refused = 0;
    for (let at = 1024; at < bytes.length - 1024; at += 997) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      writeFileSync(other, damaged);
      const fresh = join(root, "from-damaged");
      await takeBundle(fresh, other).then(
        // Padding and the like may be anything; what came in is what was signed all the same.
        () => assert.deepEqual(answersOfRecords(fresh), answersOfRecords(origin)),
        (error: unknown) => {
          assert.match(
            String((error as { code?: unknown }).code),
            /^DATABASE_(?:TAMPERED|FOREIGN|UNTRUSTED)$/,
          );
          refused += 1;
        },
      );
      rmSync(fresh, { recursive: true, force: true });
    }
    assert.ok(refused > 5, `only ${refused} were refused`);
    assert.deepEqual(readFileSync(manifestPath(taken)), good);
  });
});

async function takeBundle(dir: string, path: string): Promise<void> {
  const bundle = await openBundle(path, null);
  try {
    await take(dir, bundle);
  } finally {
    await bundle.close();
  }
}

describe("a published database is refused, and nothing changes", () => {
  const [origin, local] = [join(root, "honest"), join(root, "local")];
  let source: PublishedSource;
  before(async () => {
    const records = manyRecords(200);
    await buildRecords(root, origin, records);
    await take(local, await sourceOf(origin));
    await buildRecords(root, origin, records.set(1, 77), new Date("2026-11-21T00:00:00Z"));
    source = await sourceOf(origin);
  });

  const flip = (bytes: Uint8Array, at: number): Uint8Array => {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ 1;
    return other;
  };
  const changedPayload = (envelope: Uint8Array): Uint8Array => {
    const outer = JSON.parse(Buffer.from(envelope).toString("utf8")) as { signatures: unknown };
    const manifest = { ...readCurrentManifest(origin), number: 99 };
    const unsigned = JSON.parse(sealEnvelope(writePublished(manifest), null)) as object;
    return Buffer.from(JSON.stringify({ ...unsigned, signatures: outer.signatures }));
  };

  const rows: readonly (readonly [string, string, () => Promise<PublishedSource> | PublishedSource])[] = [
    ["without a signature", "DATABASE_UNTRUSTED", () => sourceOf(origin, null)],
    ["signed by a stranger", "DATABASE_UNTRUSTED", () => sourceOf(origin, stranger.privateKey)],
    [
      "another manifest under its signature",
      "DATABASE_TAMPERED",
      () => ({ ...source, envelope: changedPayload(source.envelope) }),
    ],
    [
      "a segment with a flipped bit",
      "DATABASE_TAMPERED",
      () => ({ ...source, fetch: async (each) => flip(await source.fetch(each), 100) }),
    ],
    [
      "a segment cut short",
      "DATABASE_TAMPERED",
      () => ({ ...source, fetch: async (each) => (await source.fetch(each)).subarray(0, -1) }),
    ],
    ["no envelope at all", "DATABASE_FOREIGN", () => ({ ...source, envelope: Buffer.from("{}") })],
    [
      "a manifest that names a path",
      "DATABASE_FOREIGN",
      () =>
        withPayload(source, (text) =>
          text.replace(/"digest":"[0-9a-f]{64}"/, `"digest":"../../../../etc/passwd"`),
        ),
    ],
    [
      "a manifest of another layout",
      "DATABASE_FOREIGN",
      () => withPayload(source, (text) => text.replace('"format":3', '"format":2')),
    ],
    [
      "a file of absurd size",
      "DATABASE_FOREIGN",
      () => withPayload(source, (text) => text.replace(/"sizeBytes":\d+/, '"sizeBytes":9999999999999')),
    ],
    [
      "columns of absurd size together",
      "DATABASE_FOREIGN",
      () =>
        withPayload(source, (text) => {
          const manifest = JSON.parse(text) as Manifest;
          const parts = manifest.parts.flatMap((part) =>
            Array.from({ length: 65 }, (_, at) => {
              const column = part.segments[0] ?? assert.fail();
              return { ...part, part: `${at}`, column: { ...column, sizeBytes: publishedFileBytesMax } };
            }),
          );
          return JSON.stringify({ ...manifest, parts });
        }),
    ],
  ];
  for (const [name, code, make] of rows) {
    it(name, async () => {
      const [manifest, answers] = [readFileSync(manifestPath(local)), answersOfRecords(local)];
      await assert.rejects(async () => take(local, await make()), { code });
      assert.deepEqual(readFileSync(manifestPath(local)), manifest);
      assert.deepEqual(answersOfRecords(local), answers);
    });
  }

  it("an older one, unless it is wanted", async () => {
    const older = join(root, "older");
    await buildRecords(root, older, manyRecords(200), new Date("2026-11-01T00:00:00Z"));
    const old = await sourceOf(older);
    await assert.rejects(take(local, old), { code: "DATABASE_OLDER" });
    const copy = join(root, "willing");
    await take(copy, source);
    await take(copy, old, { allowOlder: true });
    assert.deepEqual(answersOfRecords(copy), answersOfRecords(older));
  });

  it("what a stranger left behind under the name of signed content is fetched anew", async () => {
    const [forged, dir] = [join(root, "forged"), join(root, "was-trusting")];
    await buildRecords(root, forged, manyRecords(150));
    const [honest, lie] = [readCurrentManifest(origin), readCurrentManifest(forged)];
    // The stranger's rows, said to be those that the publisher signs.
    const named = (honest.parts[0]?.segments ?? []).concat(honest.deltas.flatMap(({ segments }) => segments));
    const parts = lie.parts.map((part) => ({
      ...part,
      segments: part.segments.map((each, at) => ({ ...each, contentDigest: named[at]?.contentDigest ?? "" })),
    }));
    const envelope = Buffer.from(sealEnvelope(writePublished({ ...lie, parts }), null));
    await take(dir, { ...(await sourceOf(forged, null)), envelope }, { trusted: [] });
    assert.notDeepEqual(answersOfRecords(dir), answersOfRecords(origin));
    await take(dir, source);
    assert.deepEqual(answersOfRecords(dir), answersOfRecords(origin));
  });

  it("unsigned ones are taken where no key is set, and the report says so", async () => {
    const report = await take(join(root, "trusting"), await sourceOf(origin, null), { trusted: [] });
    assert.deepEqual([report.keyId, report.isSigned], [null, false]);
  });

  it("what was left out of it is left out, and its signature holds for the rest", async () => {
    const dir = join(root, "without");
    const report = await take(dir, source, { exclude: ["osv/npm"] });
    assert.equal(report.status.advisoryCount, 0);
    assert.equal(verifyDatabase(dir, [publisher.publicKey]).partCount, 0);
  });
});

function withPayload(source: PublishedSource, change: (text: string) => string): PublishedSource {
  const { payload } = openEnvelope(source.envelope, []);
  const text = change(payload.toString("utf8"));
  return { ...source, envelope: Buffer.from(sealEnvelope(text, publisher.privateKey)) };
}

describe("verifying a database", () => {
  it("finds a part that is not the one that was signed, and rows that are not the manifest's", async () => {
    const [origin, dir] = [join(root, "signed"), join(root, "replaced")];
    await buildRecords(root, origin, manyRecords(60));
    await take(dir, await sourceOf(origin));
    assert.equal(verifyDatabase(dir, []).keyId, null);
    assert.throws(() => verifyDatabase(dir, [stranger.publicKey]), { code: "DATABASE_UNTRUSTED" });
    const signed = readCurrentManifest(dir);
    await buildRecords(root, dir, manyRecords(61));
    const replaced = { ...readCurrentManifest(dir), publication: signed.publication };
    writeFileSync(manifestPath(dir), writeManifest(replaced));
    assert.throws(() => verifyDatabase(dir, [publisher.publicKey]), { code: "DATABASE_TAMPERED" });
    const parts = replaced.parts.map((part) => ({ ...part, contentDigest: "0".repeat(64) }));
    writeFileSync(manifestPath(dir), writeManifest({ ...replaced, parts }));
    assert.throws(() => verifyDatabase(dir, []), { code: "DATABASE_INVALID" });
    const [segment] = replaced.parts[0]?.segments ?? [];
    const path = segmentPath(dir, segment?.digest ?? assert.fail());
    writeFileSync(path, flipLast(readFileSync(path)));
    assert.throws(() => verifyDatabase(dir, []), { code: "DATABASE_INVALID" });
    openCurrent(dir).opened.close();
  });
});

function flipLast(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[20] = (other[20] ?? 0) ^ 1;
  return other;
}
