/**
 * Samples of ecosystems: small files as their tools make them, in `src/ecosystems/<id>/fixtures/sample.ts`. Tests over all
 * ecosystems run them: what a plugin says it knows, and that no damaged version of them makes it throw.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { FileView, InspectedFile, Json, WantedFile } from "../../src/domain/files.ts";
import type { Distro } from "../../src/domain/package.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "../../src/ecosystems/types.ts";
import { fileTree } from "./file-tree.ts";
import { wantedFile } from "./wanted-file.ts";

export interface EcosystemSample {
  readonly mode: CatalogMode;
  readonly distro: Distro | null;
  /** By path. Text or bytes; each is wanted by the plugin or looked into by it. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Runs one plugin over a sample as the driver does: files it wants are handed over, others are looked into. */
export function catalogSample(ecosystem: Ecosystem, { mode, distro, files }: EcosystemSample): CatalogResult {
  const wanted: WantedFile[] = [];
  const inspected: InspectedFile[] = [];
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, content] of sorted) {
    const bytes = Buffer.from(content);
    if (ecosystem.wants(path, mode)) wanted.push(wantedFile(path, bytes));
    checkEnding(ecosystem, path);
    const value = lookInto(ecosystem, path, bytes, mode);
    if (value === null) continue;
    const file = { path, sizeBytes: bytes.length, mode: 0o755, layer: "sha256:layer0", layerIndex: 0 };
    inspected.push({ by: ecosystem.id, value, ...file });
  }
  const sizes = sorted.map(([path, content]) => [path, { sizeBytes: Buffer.byteLength(content) }]);
  return ecosystem.catalog(wanted, { mode, distro, inspected, tree: fileTree(Object.fromEntries(sizes)) });
}

/** A path that is wanted under an ending that is not declared would never be asked for in an image. */
function checkEnding({ id, endings, wants }: Ecosystem, path: string): void {
  if (endings === undefined || !wants(path, "installed")) return;
  assert.ok(
    endings.some((ending) => path.endsWith(ending)),
    `${id} wants ${path}, but does not declare its ending`,
  );
}

/** What the plugin says of one executable file of these bytes; null also where it does not want it. Through JSON, as caches keep it. */
export function lookInto(
  ecosystem: Ecosystem,
  path: string,
  bytes: Uint8Array,
  mode: CatalogMode,
): Json | null {
  const head = { path, sizeBytes: bytes.length, mode: 0o755 };
  if (ecosystem.inspect?.wants(head, mode) !== true) return null;
  return JSON.parse(JSON.stringify(ecosystem.inspect.look(head, viewOf(bytes)))) as Json;
}

/** A view that, like the real ones, may overwrite what it handed out before. */
export function viewOf(bytes: Uint8Array): FileView {
  let last: Uint8Array = new Uint8Array(0);
  return {
    sizeBytes: bytes.length,
    read(offset, length) {
      last.fill(0xaa);
      last = Uint8Array.from(bytes.subarray(offset, Math.min(bytes.length, offset + length)));
      return last;
    },
  };
}
