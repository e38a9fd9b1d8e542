/**
 * Go modules. In an image: what is linked into the programs, as the linker has written it into them; go.mod files there are
 * not read. In a source tree: what go.mod, go.sum, go.work and vendored folders pin.
 *
 * The `h1:` sums are of a list of files and not of the package as fetched, so they are no digests of packages.
 */
import type { FileHead, WantedFile } from "../../domain/files.ts";
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import { normaliseGolangPath } from "../../versions/names.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { catalogBinary, lookIntoBinary, wantsBinary } from "./binaries.ts";
import { catalogSources, wantsSource } from "./sources.ts";

export const golang: Ecosystem = {
  id: "golang",
  title: "Go modules",
  specs: ["https://pkg.go.dev/debug/buildinfo", "https://go.dev/ref/mod"],
  version: 2,
  scheme: "golang",
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: true,
    files: false,
    proof: "native-tool",
  },
  wants: (path: string, mode: CatalogMode) => mode === "sources" && wantsSource(path),
  inspect: { wants: (head: FileHead, mode: CatalogMode) => wantsBinary(head, mode), look: lookIntoBinary },
  catalog,
  lookUp,
};

function catalog(files: readonly WantedFile[], { mode, inspected }: CatalogContext): CatalogResult {
  if (mode === "sources") return catalogSources(files);
  const results = inspected.map(catalogBinary);
  return {
    packages: results.flatMap(({ packages }) => packages),
    problems: results.flatMap(({ problems }) => problems),
  };
}

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  const { namespace, name, version } = pkg;
  const path = namespace === null ? name : `${namespace}/${name}`;
  // What a program was built from may have been tagged: its commit's made-up version says nothing of newer or older. Asked with
  // a version that cannot be compared, advisories for it come back undetermined, and not as findings or as nothing.
  const isCommit = (pkg.dependsOn ?? []).length > 0 && COMMIT.test(version);
  const asked = isCommit ? `commit ${version.slice("v0.0.0-".length)}` : version;
  return [{ space: "golang", name: normaliseGolangPath(path), version: asked, by: "package" }];
}

const COMMIT = /^v0\.0\.0-\d{14}-[0-9a-f]{12}(?:\+dirty)?$/;
