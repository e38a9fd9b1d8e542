/**
 * Software that no package manager lists: programs known by their bytes, Java runtimes, kernels, and executables that carry
 * a package note. Go programs are not here: their build information tells more (see the golang plugin).
 *
 * All are marked as found by signature; the driver leaves out those whose file a distribution's package owns. For the same
 * reason a package note of a distribution's own package may be listed: it is only left where the package database does not
 * know the file, as in an image that was put together by hand.
 */
import type { InspectedFile, WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { packageOf } from "../shared/package-of.ts";
import { fileProblem } from "../shared/problems.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { signatures } from "./find-signatures.ts";
import { releaseOfPath } from "./kernel.ts";
import { look, readLooked, wants as wantsToLook, type Looked } from "./look.ts";
import { genericNaming } from "./naming.ts";

export const generic: Ecosystem = {
  ...genericNaming,
  title: "Programs known by their bytes",
  specs: [
    "https://github.com/package-url/purl-spec/blob/main/types/generic-definition.json",
    "https://systemd.io/ELF_PACKAGE_METADATA",
    "https://openjdk.org/jeps/223",
    "https://docs.kernel.org/arch/x86/boot.html",
  ],
  knows: {
    licenses: false,
    authors: false,
    descriptions: true,
    digests: false,
    dependencies: false,
    files: false,
    proof: "real-artefact",
  },
  endings: ["/modules.dep"],
  wants,
  inspect: { wants: wantsToLook, look },
  catalog,
};

/** The list of a kernel's modules; there is one for each kernel that modules are installed for. */
function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed" || !path.endsWith("/modules.dep")) return false;
  return path.startsWith("lib/modules/") || path.startsWith("usr/lib/modules/");
}

function catalog(files: readonly WantedFile[], { inspected, mode }: CatalogContext): CatalogResult {
  if (mode !== "installed") return { packages: [], problems: [] };
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const modules = new Map<string, Package>();
  const nameless: InspectedFile[] = [];
  for (const file of files) {
    const release = releaseOfPath(file.path);
    if (release !== null) modules.set(release, kernelModules(file, release));
  }
  for (const file of inspected) {
    const looked = readLooked(file.value);
    const found = packagesOf(file, looked);
    packages.push(...found);
    const { kernel } = looked;
    if (kernel?.what === "module" && !modules.has(kernel.release))
      modules.set(kernel.release, kernelModules(file, kernel.release));
    if (looked.isPacked)
      problems.push(
        fileProblem(
          "EXECUTABLE_PACKED",
          file,
          "the program was packed by UPX, so what it is made of cannot be read",
        ),
      );
    else if (looked.readings.length > 0 && found.length === 0) nameless.push(file);
  }
  return { packages: [...packages, ...modules.values()], problems: [...problems, ...sayNameless(nameless)] };
}

/** One for all: links and wrappers often have the name of a program, so each by itself means little. */
function sayNameless(files: readonly InspectedFile[]): readonly Problem[] {
  const [first] = files;
  if (first === undefined) return [];
  const some = files.slice(0, 5).map(({ path }) => path);
  const message = `${files.length} files have the name of a known program and do not tell its version: ${some.join(", ")}`;
  return [{ ...fileProblem("VERSION_INVALID", first, message), path: null, layer: null }];
}

const bySignature = new Map(signatures.map((signature) => [signature.id, signature]));

function packagesOf(file: InspectedFile, { readings, java, note, kernel }: Looked): readonly Package[] {
  const packages = readings.flatMap(({ id, version }) => {
    const signature = bySignature.get(id);
    if (signature === undefined || version === null) return [];
    const cpe = signature.cpe === null ? null : `${signature.cpe}:${version}`;
    return [known(file, { name: id, title: signature.title, version, cpe })];
  });
  if (java !== null)
    packages.push(known(file, { name: java.id, title: java.title, version: java.version, cpe: java.cpe }));
  if (kernel?.what === "image") {
    const upstream = /^\d+\.\d+(?:\.\d+)?/.exec(kernel.release)?.[0] ?? kernel.release;
    const facts = { name: "linux-kernel", title: "Linux kernel", version: kernel.release };
    packages.push(known(file, { ...facts, cpe: `linux:linux_kernel:${upstream}`, part: "o" }));
  }
  if (note !== null && packages.length === 0) {
    const { name, version, architecture, os } = note;
    const pkg = packageOf(file, {
      type: "generic",
      namespace: os === "" ? null : os,
      name,
      version,
      architecture,
    });
    packages.push({ ...pkg, foundBy: "signature" });
  }
  return packages;
}

function kernelModules(file: Pick<WantedFile, "path" | "layer" | "layerIndex">, release: string): Package {
  return known(file, {
    name: "linux-kernel-modules",
    title: "Modules of the Linux kernel",
    version: release,
    cpe: null,
  });
}

interface Known {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** `vendor:product:version[:update]` */
  readonly cpe: string | null;
  /** Part of the CPE: application or operating system. */
  readonly part?: "a" | "o";
}

function known(
  file: Pick<WantedFile, "path" | "layer" | "layerIndex">,
  { name, title, version, cpe, part = "a" }: Known,
): Package {
  const qualifiers = { os: /\.(?:exe|dll)$/i.test(file.path) ? "windows" : null };
  const pkg = packageOf(file, { type: "generic", name, version, qualifiers, description: title });
  const cpes = cpe === null ? {} : { cpes: [formatCpe(part, cpe)] };
  return { ...pkg, ...cpes, foundBy: "signature" };
}

/** All eleven parts; those that are not given are `*`. Characters with a meaning of their own are escaped in versions. */
function formatCpe(part: string, name: string): string {
  const [vendor = "", product = "", version = "", update = "*"] = name.split(":");
  const escaped = version.replace(/[^A-Za-z0-9._-]/g, "\\$&");
  return `cpe:2.3:${part}:${vendor}:${product}:${escaped}:${update}:*:*:*:*:*:*`;
}
