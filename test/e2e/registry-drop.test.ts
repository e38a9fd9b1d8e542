/** Pulls from a real registry over a line that breaks: continued by range, whole by digest. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openImage } from "../../src/image/open.ts";
import { type CuttingDoor, startCuttingDoor } from "../helpers/cutting-door.ts";
import { type LocalRegistry, startRegistry } from "../helpers/local-registry.ts";
import { buildImage } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("docker-registry");
const MB = 1024 ** 2;
const apk = "P:musl\nV:1.2.5-r0\nA:x86_64\nS:1\nI:1\nT:libc\nL:MIT\no:musl\n\n";
const image = buildImage({
  layers: [
    {
      entries: [
        file("large", randomBytes(24 * MB)),
        file("etc/os-release", "ID=alpine\nVERSION_ID=3.20.0\n"),
        file("lib/apk/db/installed", apk),
      ],
    },
  ],
});
const folder = mkdtempSync(join(tmpdir(), "plimsoll-drop-"));
let registry: LocalRegistry | null = null;
let door: CuttingDoor | null = null;

before(async () => {
  if (skip !== false) return;
  registry = await startRegistry(join(folder, "registry"));
  await registry.push("app", "1", {
    bytes: image.manifest,
    mediaType: image.manifestMediaType,
    blobs: image.blobs,
  });
});

after(async () => {
  await door?.close();
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function newDoor(): Promise<CuttingDoor> {
  await door?.close();
  door = await startCuttingDoor(registry?.host ?? "");
  return door;
}

async function pull(through: CuttingDoor): Promise<string> {
  const opened = await openImage(`registry://${through.host}/app:1`, {
    platform: { os: "linux", architecture: "amd64", variant: null },
    ref: null,
    insecureRegistries: [],
    signal: null,
  });
  const content = opened.blobs[0]?.content;
  assert.ok(content?.kind === "stream");
  const hash = createHash("sha256");
  for await (const piece of await content.open()) hash.update(piece);
  await opened.close();
  return `sha256:${hash.digest("hex")}`;
}

test("more drops than are allowed in a row do no harm while bytes come", { skip }, async () => {
  const through = await newDoor();
  through.cutAfter(...Array.from({ length: 9 }, (_, at) => 2 * MB + at * 1000));
  assert.equal(await pull(through), image.layers[0]?.digest);
  assert.equal(through.cuts, 9);
  const starts = through.ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range)?.[1]));
  assert.equal(starts.length, 9);
  assert.ok(
    starts.every((start, at) => start > (starts[at - 1] ?? 0)),
    `each goes on where the one before stopped: ${starts.join(" ")}`,
  );
});

test("a registry that starts again in the middle is waited for", { skip }, async () => {
  const through = await newDoor();
  through.cutAfter(3 * MB);
  through.refuse(3);
  assert.equal(await pull(through), image.layers[0]?.digest);
  assert.equal(through.refusals, 0);
});

test("a whole analysis over such a line finds what there is", { skip }, async () => {
  const through = await newDoor();
  through.cutAfter(5 * MB, 9 * MB);
  const env = { HOME: folder, PLIMSOLL_HOME: join(folder, "home") };
  const { exitCode, stdout, stderr } = await runProcess(
    ["sbom", "--format", "list", `registry://${through.host}/app:1`],
    { env },
  );
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /musl\s+1\.2\.5-r0/);
  assert.equal(through.cuts, 2);
});
