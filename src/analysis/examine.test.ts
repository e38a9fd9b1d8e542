/** The flow over real layers: files that are gone, waste, configuration, folders. Secrets are put together while it runs. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildImage, writeLayout } from "../../test/helpers/oci-image.ts";
import { directory, file, opaque, whiteout, type TarEntry } from "../../test/helpers/oci-tar.ts";
import { defaultUnpackLimits } from "../domain/files.ts";
import { placeText } from "../domain/secret.ts";
import { openImage } from "../image/open.ts";
import { examine } from "./examine.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-examine-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const secret = ["sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"].join("");
const line = `key = ${secret}\n`;

/** Read here, and behind the wall: the same comes of it. */
async function look(reference: string, parts: "secrets" | "all" = "all") {
  const here = await lookOnce(reference, parts, false);
  const behind = await lookOnce(reference, parts, true);
  assert.equal(here.sandbox, null);
  assert.notEqual(behind.sandbox, null);
  assert.deepEqual({ ...behind, sandbox: null }, here);
  return behind;
}

async function lookOnce(reference: string, parts: "secrets" | "all", walled: boolean) {
  const opened = await openImage(reference, {
    platform: null,
    ref: null,
    insecureRegistries: [],
    signal: null,
  });
  try {
    const now = () => performance.now();
    return await examine(opened, {
      limits: defaultUnpackLimits,
      verify: false,
      walled,
      monotonicMs: now,
      signal: null,
      parts,
    });
  } finally {
    await opened.close();
  }
}

function layoutOf(layers: readonly (readonly TarEntry[])[]): string {
  const path = mkdtempSync(join(folder, "layout-"));
  writeLayout(path, buildImage({ layers: layers.map((entries) => ({ entries, compression: "gzip" })) }));
  return `oci-dir://${path}`;
}

test("examine: files that later layers delete, replace or cover are found, with the layer that did", async () => {
  const { secrets, completeness, verification } = await look(
    layoutOf([
      [
        file("kept", line),
        file("deleted", line),
        file("replaced", line),
        file("a/b/below", line),
        file("c/covered", line),
      ],
      [whiteout("deleted"), file("replaced", "nothing of the kind")],
      [whiteout("a"), directory("c"), opaque("c"), file("deleted", "something else")],
    ]),
    "secrets",
  );
  assert.deepEqual(
    secrets.findings.map(({ place, removedIn }) => [placeText(place), removedIn?.layerIndex ?? null]),
    [
      ["a/b/below:1", 2],
      ["c/covered:1", 2],
      ["deleted:1", 1],
      ["kept:1", null],
      ["replaced:1", 1],
    ],
  );
  assert.deepEqual(secrets.notSearched, []);
  assert.equal(completeness, "complete");
  assert.equal(verification, "verified");
});

test("examine: what later layers take away is counted as waste, by layer", async () => {
  const big = Buffer.alloc(6_000_000, "x");
  const { hygiene } = await look(
    layoutOf([
      [file("a", big), file("b", big)],
      [file("c", "1"), whiteout("a")],
    ]),
  );
  const waste = hygiene.find(({ check }) => check.id === "PLM-0010");
  assert.deepEqual(
    waste?.findings.map(({ message, layerIndex }) => [message.split(" of ")[0], layerIndex]),
    [["6.0 MB in 1 files", 0]],
  );
});

test("examine: checks of files see the merged tree", async () => {
  const { hygiene } = await look(
    layoutOf([
      [
        file("usr/bin/su", "x", { mode: 0o4755 }),
        file("usr/bin/gone", "x", { mode: 0o4755 }),
        file("etc/shadow", "root::1::::::\n"),
      ],
      [whiteout("usr/bin/gone")],
    ]),
  );
  const paths = (id: string) =>
    hygiene.find(({ check }) => check.id === id)?.findings.map(({ path }) => path);
  assert.deepEqual(paths("CIS-DI-0008"), ["usr/bin/su"]);
  assert.deepEqual(paths("DKL-LI-0001"), ["etc/shadow"]);
});

test("examine: a folder has files and no configuration", async () => {
  const path = mkdtempSync(join(folder, "root-"));
  mkdirSync(join(path, "app"));
  writeFileSync(join(path, "app/settings.ini"), line);
  const { secrets, hygiene, verification } = await look(`fs://${path}`);
  assert.deepEqual(
    secrets.findings.map(({ place }) => placeText(place)),
    ["app/settings.ini:1"],
  );
  assert.equal(hygiene.find(({ check }) => check.id === "CIS-DI-0001")?.status, "not_checked");
  assert.equal(verification, "not_applicable");
});

test("examine: an SBOM document is refused with a clear answer", async () => {
  const path = join(folder, "sbom.json");
  writeFileSync(path, '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[]}');
  await assert.rejects(look(`sbom://${path}`), { code: "SOURCE_UNSUPPORTED" });
});
