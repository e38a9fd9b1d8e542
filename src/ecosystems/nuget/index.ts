/**
 * NuGet packages. In an image: what programs and runtimes of .NET consist of. In a source tree: what lock files pin, and what
 * projects without one name.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { isAssemblyPath, lookIntoAssembly } from "./assembly.ts";
import { isBundlePath, lookIntoBundle } from "./bundle.ts";
import { catalogInstalled, wantsInstalled } from "./installed.ts";
import { nugetNaming } from "./naming.ts";
import { catalogSources, wantsSource } from "./sources.ts";

export const nuget: Ecosystem = {
  ...nugetNaming,
  title: "NuGet packages",
  specs: [
    "https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md",
    "https://github.com/dotnet/designs/blob/main/accepted/2020/single-file/design.md",
    "https://learn.microsoft.com/nuget/reference/nuspec",
    "https://learn.microsoft.com/nuget/reference/packages-config",
    "https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files",
    "https://learn.microsoft.com/windows/win32/menurc/vs-versioninfo",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: false,
    proof: "real-artefact",
  },
  endings: [".deps.json", "packages.config", ".nuspec", ".nupkg.sha512"],
  wants: (path: string, mode: CatalogMode) => (mode === "sources" ? wantsSource(path) : wantsInstalled(path)),
  inspect: {
    wants: (head, mode) => mode === "installed" && (isAssemblyPath(head) || isBundlePath(head)),
    look: (head, view) =>
      (isBundlePath(head) ? lookIntoBundle(head, view) : null) ??
      (isAssemblyPath(head) ? lookIntoAssembly(head, view) : null),
  },
  catalog,
};

function catalog(files: readonly WantedFile[], { mode, inspected }: CatalogContext): CatalogResult {
  return mode === "sources" ? catalogSources(files) : catalogInstalled(files, inspected);
}
