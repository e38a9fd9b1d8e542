/**
 * Go modules. In an image: what is linked into the programs, as the linker has written it into them; go.mod files there are
 * not read. In a source tree: what go.mod, go.sum, go.work and vendored folders pin.
 *
 * The `h1:` sums are of a list of files and not of the package as fetched, so they are no digests of packages.
 */
import type { FileHead, WantedFile } from "../../domain/files.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { catalogBinary, lookIntoBinary, wantsBinary } from "./binaries.ts";
import { golangNaming } from "./naming.ts";
import { catalogSources, wantsSource } from "./sources.ts";

export const golang: Ecosystem = {
  ...golangNaming,
  title: "Go modules",
  specs: ["https://pkg.go.dev/debug/buildinfo", "https://go.dev/ref/mod"],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: true,
    files: false,
    proof: "native-tool",
  },
  endings: [],
  wants: (path: string, mode: CatalogMode) => mode === "sources" && wantsSource(path),
  inspect: { wants: (head: FileHead, mode: CatalogMode) => wantsBinary(head, mode), look: lookIntoBinary },
  catalog,
};

function catalog(files: readonly WantedFile[], { mode, inspected }: CatalogContext): CatalogResult {
  if (mode === "sources") return catalogSources(files);
  const results = inspected.map(catalogBinary);
  return {
    packages: results.flatMap(({ packages }) => packages),
    problems: results.flatMap(({ problems }) => problems),
    functionTables: results.flatMap(({ functionTables = [] }) => functionTables),
  };
}
