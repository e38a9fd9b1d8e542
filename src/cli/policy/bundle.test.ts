/** Bundles of policies whose registry sends more than a bundle may have. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { descriptor, sha256 } from "../../../test/helpers/oci-image.ts";
import { file, writeTar } from "../../../test/helpers/oci-tar.ts";
import { silentContext } from "../../../test/helpers/silent-context.ts";
import { readConfig } from "../../config/config.ts";
import { parseReference } from "../../oci/reference.ts";
import { moduleMediaType, readFetchedBundle, type PolicyBundle } from "./bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-bundle-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const config = readConfig({ PLIMSOLL_CACHE_DIR: join(folder, "cache") }, "/home/user", "/");
const LAYER_BYTES_MAX = 16 * 1024 * 1024;

interface Layer {
  readonly bytes: Buffer;
  readonly mediaType: string;
  /** As the manifest says; absent: as it is. */
  readonly size?: number;
}

/** The bundle, and the most bytes that its registry was let send of a layer. */
async function read(
  layers: readonly Layer[],
): Promise<{ readonly bundle: PolicyBundle; readonly max: number }> {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: descriptor(Buffer.from("{}"), "application/vnd.oci.empty.v1+json"),
    layers: layers.map(({ bytes, mediaType: type, size }) => ({
      ...descriptor(bytes, type),
      ...(size === undefined ? {} : { size }),
    })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  let max = 0;
  const client = {
    fetchBlob: async (_place: unknown, digest: string, bytesMax: number) => {
      max = Math.max(max, bytesMax);
      return layers.find((layer) => sha256(layer.bytes) === digest)?.bytes ?? Buffer.alloc(0);
    },
  };
  const bundle = await readFetchedBundle(
    { ...silentContext, config },
    {
      client,
      reference: parseReference("registry.example.com/policies:1"),
      manifest: { bytes, digest: sha256(bytes), mediaType },
    },
  );
  return { bundle, max };
}

const module = (name: string): Layer => ({
  bytes: Buffer.from(`package docker.scout\n# ${name}\n`),
  mediaType: moduleMediaType,
});
const archive = (length: number): Layer => ({
  bytes: gzipSync(writeTar([file("a.rego", "package docker.scout\n".padEnd(length))])),
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
});

test("bundle: modules of their own and in an archive, each layer bounded", async () => {
  const { bundle, max } = await read([module("a"), archive(1000)]);
  assert.equal(bundle.modules.length, 2);
  assert.equal(max, LAYER_BYTES_MAX);
});

const refused: readonly (readonly [name: string, layers: readonly Layer[]])[] = [
  ["more than 1,000 layers", Array.from({ length: 1_001 }, () => module("a"))],
  ["a layer that says that it is large", [{ ...module("a"), size: LAYER_BYTES_MAX + 1 }]],
  ["an archive that inflates to more", [archive(LAYER_BYTES_MAX + 1)]],
  ["no policy", [{ bytes: Buffer.from("x"), mediaType: "text/plain" }]],
];
for (const [name, layers] of refused) {
  test(`bundle, refused: ${name}`, async () => {
    await assert.rejects(read(layers), { code: "POLICY_BUNDLE_INVALID" });
  });
}
