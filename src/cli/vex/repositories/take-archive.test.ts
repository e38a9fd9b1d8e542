/** Ceilings of the archives of VEX repositories: what is larger is refused or left out, and no file of it stays. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { file, writeTar } from "../../../../test/helpers/oci-tar.ts";
import { writeZip } from "../../../../test/helpers/zip.ts";
import { openVexRepository } from "../repository.ts";
import { archiveLimits, type ArchiveLimits } from "./archive.ts";
import { writeDocuments } from "./kept.ts";
import { takeArchive } from "./take-archive.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-take-archive-"));
after(() => rmSync(root, { recursive: true, force: true }));

const LARGE_BYTES = 5_000;
const packages = ["small", "large"].map((name) => ({ id: `pkg:npm/${name}`, location: `${name}.json` }));
const content: Readonly<Record<string, string>> = {
  "index.json": JSON.stringify({ packages }),
  "small.json": "{}",
  "large.json": JSON.stringify({ padding: "x".repeat(LARGE_BYTES) }),
};
const sizeBytes = Object.values(content).reduce((sum, text) => sum + text.length, 0);
const tar = writeTar(Object.entries(content).map(([name, text]) => file(name, text)));
const archives: Readonly<Record<string, Buffer>> = {
  tar,
  "tar.gz": gzipSync(tar),
  zip: writeZip(Object.entries(content).map(([name, text]) => ({ name, content: text }))),
};

/** The locations of which there is a document. */
async function take(kind: string, limits: Partial<ArchiveLimits>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(root, "folder-"));
  const path = join(root, `a.${kind}`);
  writeFileSync(path, archives[kind] ?? assert.fail(kind));
  try {
    const { entries } = await takeArchive(path, folder, "", { ...archiveLimits, ...limits });
    return entries.filter(({ at }) => at !== null).map(({ location }) => location);
  } catch (error) {
    assert.deepEqual(readdirSync(folder), [], "a file of a refused archive stays");
    throw error;
  }
}

for (const kind of Object.keys(archives)) {
  const bytesMax = kind === "zip" ? sizeBytes : tar.length;
  test(`archive, ${kind}: what just fits is taken`, async () => {
    const limits = {
      entriesMax: 3,
      bytesMax,
      documentBytesMax: 2 * LARGE_BYTES,
      memberBytesMax: 2 * LARGE_BYTES,
    };
    assert.deepEqual(await take(kind, limits), ["small.json", "large.json"]);
  });

  test(`archive, ${kind}: more members than there may be`, async () => {
    const code = kind === "zip" ? "VEX_REPOSITORY_INVALID" : "LIMIT_EXCEEDED";
    await assert.rejects(take(kind, { entriesMax: 2 }), { code });
  });

  test(`archive, ${kind}: more bytes when it is inflated`, async () => {
    await assert.rejects(take(kind, { bytesMax: bytesMax - 1 }), { code: "LIMIT_EXCEEDED" });
  });

  test(`archive, ${kind}: a document that is too large is left out, and the others count`, async () => {
    assert.deepEqual(await take(kind, { documentBytesMax: LARGE_BYTES }), ["small.json"]);
  });
}

for (const [kind, magic] of [
  ["xz", "fd377a585a00"],
  ["zstd", "28b52ffd"],
] as const) {
  test(`archive: what is packed by ${kind} is refused by name`, async () => {
    const path = join(root, `packed.${kind}`);
    writeFileSync(path, Buffer.from(`${magic}0000000000000000`, "hex"));
    const folder = mkdtempSync(join(root, "folder-"));
    await assert.rejects(takeArchive(path, folder, ""), {
      code: "VEX_REPOSITORY_INVALID",
      message: new RegExp(`packed by ${kind}`),
    });
  });
}

test("archive, zip: a member that is too large to be inflated", async () => {
  await assert.rejects(take("zip", { memberBytesMax: LARGE_BYTES }), { code: "VEX_REPOSITORY_INVALID" });
});

test("kept documents: no more bytes than a repository may take", () => {
  const writer = writeDocuments(join(root, "documents.bin"), 40);
  try {
    assert.equal(writer.add(Buffer.from("{}")).at, 0);
    assert.throws(() => writer.add(Buffer.from(crypto.getRandomValues(new Uint8Array(64)))), {
      code: "LIMIT_EXCEEDED",
    });
  } finally {
    writer.close();
  }
});

test("a repository in a folder: an index that is too large is an error, and not a folder of documents", async () => {
  const folder = mkdtempSync(join(root, "folder-"));
  const text = content["index.json"] ?? "";
  writeFileSync(join(folder, "index.json"), text);
  const opened = await openVexRepository(folder, "hub", "configured", text.length);
  assert.equal(opened?.entries.length, 2);
  await assert.rejects(openVexRepository(folder, "hub", "configured", text.length - 1), {
    code: "LIMIT_EXCEEDED",
  });
});
