/**
 * Packages of Gentoo, from Portage's database of installed packages: a folder for each, with a file for each fact.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, FileClaim, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { distroQualifier } from "../shared/distro-space.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { fileProblem } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { baseName, decodeText, descriptionLengthMax, folderOf, shortText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readContents } from "./contents.ts";
import { licenseExpression } from "./license.ts";
import { ebuildNaming } from "./naming.ts";
import { resolveNeeds, type InstalledAtom } from "./relations.ts";

export const ebuild: Ecosystem = {
  ...ebuildNaming,
  title: "Gentoo packages",
  specs: [
    "https://projects.gentoo.org/pms/8/pms.html",
    "https://wiki.gentoo.org/wiki//var/db/pkg",
    "https://dev.gentoo.org/~zmedico/portage/doc/man/portage.5.html",
  ],
  knows: {
    licenses: true,
    authors: false,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "real-artefact",
  },
  wants,
  isDatabase: (path: string) => path.startsWith(ROOT) && wants(path, "installed"),
  catalog,
};

const ROOT = "var/db/pkg/";

/** `CONTENTS` is there for every package, the others where they say something. */
const CONTENTS = "CONTENTS";
const factNames: ReadonlySet<string> = new Set([
  CONTENTS,
  "CHOST",
  "DESCRIPTION",
  "LICENSE",
  "RDEPEND",
  "SIZE",
  "SLOT",
]);

/** `var/db/pkg/<category>/<name>-<version>/<fact>` */
function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed" || !path.startsWith(ROOT) || !factNames.has(baseName(path))) return false;
  const [, , , , folder = "", fact, ...deeper] = path.split("/");
  // A package that is being installed stands under such a name until it is complete.
  return fact !== undefined && deeper.length === 0 && !folder.startsWith("-MERGING-");
}

interface Installed {
  readonly pkg: Package;
  readonly atom: InstalledAtom;
  readonly needs: string;
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems: Problem[] = [];
  const claims = new FileClaims();
  const installed: Installed[] = [];
  for (const file of files) {
    if (baseName(file.path) !== CONTENTS) continue;
    const folder = folderOf(file.path);
    const fact = (name: string): string => {
      const found = byPath.get(`${folder}/${name}`);
      return found === undefined ? "" : decodeText(found.bytes.subarray(0, factBytesMax)).trim();
    };
    const identity = identityOf(folder);
    if (identity === null) {
      problems.push(fileProblem("RECORD_INVALID", file, "its folder names no valid package and version"));
      continue;
    }
    const pkg = toPackage(identity, fact, distro, file);
    const own = readContents(decodeText(file.bytes)).map((entry): FileClaim => ({
      purl: pkg.purl,
      ...entry,
    }));
    claims.add(own);
    installed.push({
      pkg: own.length === 0 ? pkg : { ...pkg, fileCount: own.length },
      // Behind the slash stands what other packages must be built again for.
      atom: { name: `${identity.category}/${identity.name}`, slot: fact("SLOT").split("/", 1)[0] ?? "" },
      needs: fact("RDEPEND"),
    });
  }
  return {
    packages: withNeeds(installed),
    problems: [...problems, ...claims.problems()],
    claims,
  };
}

/** No description, licence or list of needs in use is longer. */
const factBytesMax = 64 * 1024;

function withNeeds(installed: readonly Installed[]): readonly Package[] {
  const resolve = resolveNeeds(installed.map(({ atom }) => atom));
  return installed.map(({ pkg, needs }, own) => {
    const found = resolve(needs).filter((index) => index !== own);
    const dependsOn = [...new Set(found.flatMap((index) => installed[index]?.pkg.purl ?? []))].sort();
    return dependsOn.length === 0 ? pkg : { ...pkg, dependsOn };
  });
}

interface Identity {
  readonly category: string;
  readonly name: string;
  readonly version: string;
}

/** `var/db/pkg/dev-lang/python-3.12.3-r1`; null when it is not of that form. */
function identityOf(folder: string): Identity | null {
  const [, category = "", name = "", version = ""] = FOLDER.exec(folder.slice(ROOT.length)) ?? [];
  return category === "" ? null : { category, name, version };
}

/** Package Manager Specification, sections 3.1 and 3.2. */
const FOLDER =
  /^([A-Za-z0-9_][A-Za-z0-9+_.-]{0,99})\/([A-Za-z0-9_][A-Za-z0-9+_-]{0,199})-([0-9][0-9.]{0,99}[a-z]?(?:_[a-z0-9_]{1,99})?(?:-r[0-9]{1,20})?)$/;

function toPackage(
  { category, name, version }: Identity,
  fact: (name: string) => string,
  distro: Distro | null,
  file: WantedFile,
): Package {
  const size = fact("SIZE");
  const license = licenseExpression(fact("LICENSE"));
  return {
    ecosystem: "ebuild",
    namespace: category,
    name,
    version,
    purl: formatPurl({
      type: "ebuild",
      namespace: category,
      name,
      version,
      qualifiers: { distro: distroQualifier(distro) },
    }),
    sourcePackage: null,
    // `x86_64-pc-linux-gnu`
    architecture: /^[a-z0-9_]{1,40}(?=-)/.exec(fact("CHOST"))?.[0] ?? null,
    licenses: license === null ? [] : spdxLicenses([license]),
    author: null,
    description: shortText(fact("DESCRIPTION"), descriptionLengthMax),
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : null,
    evidence: [{ path: file.path, layer: file.layer, layerIndex: file.layerIndex }],
  };
}
