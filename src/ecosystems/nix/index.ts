/**
 * Packages of the Nix store. Images made by Nix have no package database: the names of the folders in `/nix/store` tell. Nix has no
 * lock file that names versions (`flake.lock` names repositories), so source trees have none.
 */
import type { FileFact, FileTree } from "../../domain/files.ts";
import type { FileClaim, Package } from "../../domain/package.ts";
import { formatPurl } from "../shared/purl.ts";
import type { CatalogContext, CatalogResult, Ecosystem } from "../types.ts";
import { nixNaming } from "./naming.ts";
import { readStoreName, type StoreName } from "./store-name.ts";

export const nix: Ecosystem = {
  ...nixNaming,
  title: "Packages of the Nix store",
  specs: [
    "https://nix.dev/manual/nix/stable/store/store-path.html",
    "https://nix.dev/manual/nix/stable/language/builtins.html",
  ],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: false,
    files: true,
    proof: "native-tool",
  },
  endings: [],
  wants: () => false,
  catalog,
};

function catalog(_: unknown, { mode, tree = null }: CatalogContext): CatalogResult {
  if (mode !== "installed" || tree === null) return { packages: [], problems: [] };
  const packages: Package[] = [];
  const claims: FileClaim[] = [];
  for (const [entry, content] of readStore(tree)) {
    const parts = readStoreName(entry);
    if (parts === null) continue;
    const pkg = toPackage(`${STORE}${entry}`, parts, content);
    packages.push(pkg);
    const kind = content.isFile ? "file" : "folder";
    claims.push({ purl: pkg.purl, path: `${STORE}${entry}`, kind, digest: null, isConfiguration: false });
  }
  return { packages, problems: [], ...(claims.length === 0 ? {} : { claims }) };
}

const STORE = "nix/store/";

interface StoreContent {
  /** Position of the layer that brought the first of its files. */
  layerIndex: number | null;
  sizeBytes: number;
  fileCount: number;
  /** The store path is itself a file. */
  isFile: boolean;
}

/** What stands in the store, by the name of its folder. */
function readStore(tree: FileTree): ReadonlyMap<string, StoreContent> {
  const contents = new Map<string, StoreContent>();
  for (const fact of tree.walk(STORE.slice(0, -1))) {
    const slash = fact.path.indexOf("/", STORE.length);
    const entry = slash === -1 ? fact.path.slice(STORE.length) : fact.path.slice(STORE.length, slash);
    const content = contents.get(entry);
    if (content === undefined) contents.set(entry, add(fact, { ...empty }));
    else add(fact, content);
    if (slash === -1 && fact.kind === "file")
      contents.set(entry, { ...add(fact, { ...empty }), isFile: true });
  }
  return contents;
}

const empty: StoreContent = { layerIndex: null, sizeBytes: 0, fileCount: 0, isFile: false };

function add({ kind, sizeBytes, layerIndex }: FileFact, content: StoreContent): StoreContent {
  if (kind === "file") {
    content.sizeBytes += sizeBytes;
    content.fileCount += 1;
  }
  if (layerIndex !== null) content.layerIndex = Math.min(content.layerIndex ?? layerIndex, layerIndex);
  return content;
}

function toPackage(path: string, { hash, name, version, output }: StoreName, content: StoreContent): Package {
  return {
    ecosystem: "nix",
    namespace: null,
    name,
    version,
    purl: formatPurl({
      type: "nix",
      namespace: null,
      name,
      version,
      qualifiers: { output, outputhash: hash },
    }),
    sourcePackage: null,
    architecture: null,
    licenses: [],
    author: null,
    description: null,
    sizeBytes: content.sizeBytes,
    evidence: [{ path, layer: null, layerIndex: content.layerIndex }],
    fileCount: content.fileCount,
  };
}
