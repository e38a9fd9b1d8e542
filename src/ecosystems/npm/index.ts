/**
 * npm packages. In an image: what stands in a `node_modules` folder, wherever that is. In a source tree: what lock files pin,
 * development dependencies included.
 *
 * The `package.json` of the application itself is no package: nobody installed it from a registry, and its name may be that
 * of somebody else's package. Lock files in an image are not read: they tell what was to be installed, not what is there.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import type { LockReading } from "../shared/pinned.ts";
import { fileProblem, FileProblems } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { baseName, decodeText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { readPackageLock } from "./package-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { unlockedProjects } from "./unlocked.ts";
import { readYarnLock } from "./yarn-lock.ts";

export const npm: Ecosystem = {
  id: "npm",
  title: "npm packages",
  specs: [
    "https://docs.npmjs.com/cli/configuring-npm/package-json",
    "https://docs.npmjs.com/cli/configuring-npm/package-lock-json",
    "https://github.com/pnpm/spec/tree/master/lockfile",
  ],
  version: 1,
  scheme: "semver",
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: false,
    files: false,
    proof: "native-tool",
  },
  wants,
  catalog,
  lookUp,
};

const lockReaders: Readonly<Record<string, (text: string) => LockReading>> = {
  "package-lock.json": readPackageLock,
  "npm-shrinkwrap.json": readPackageLock,
  "yarn.lock": readYarnLock,
  "pnpm-lock.yaml": readPnpmLock,
};

const MANIFEST = "/package.json";
const MODULES = "node_modules";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed")
    return path.endsWith(MANIFEST) && isPackageFolder(path.slice(0, -MANIFEST.length));
  const name = baseName(path);
  if (name !== "package.json" && !Object.hasOwn(lockReaders, name)) return false;
  return !path.startsWith(`${MODULES}/`) && !path.includes(`/${MODULES}/`);
}

/** `node_modules/name` or `node_modules/@scope/name`: what npm makes. Deeper folders belong to a package. */
function isPackageFolder(folder: string): boolean {
  const [parent, name] = splitLast(folder);
  if (name === "" || name.startsWith(".") || name.startsWith("@")) return false;
  const [grandparent, scope] = splitLast(parent);
  if (scope === MODULES) return true;
  return scope.startsWith("@") && splitLast(grandparent)[1] === MODULES;
}

function splitLast(path: string): readonly [string, string] {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] =
    mode === "sources" ? [...unlockedProjects(files, Object.keys(lockReaders))] : [];
  for (const file of files) {
    const name = baseName(file.path);
    const reader = Object.hasOwn(lockReaders, name) ? lockReaders[name] : undefined;
    if (reader === undefined && mode === "sources") continue;
    const result = reader === undefined ? readInstalled(file) : readLock(file, reader);
    packages.push(...result.packages);
    problems.push(...result.problems);
  }
  return { packages, problems };
}

function readInstalled(file: WantedFile): CatalogResult {
  let document: unknown;
  try {
    document = JSON.parse(decodeText(file.bytes));
  } catch {
    return {
      packages: [],
      problems: [fileProblem("PARSE_FAILED", file, "the package.json is not valid JSON")],
    };
  }
  const manifest = readManifest(document);
  if (manifest !== null) return { packages: [toPackage(manifest, file)], problems: [] };
  const message = "the package.json has no valid name and version, so it is not listed";
  return { packages: [], problems: [fileProblem("VERSION_INVALID", file, message)] };
}

function readLock(file: WantedFile, reader: (text: string) => LockReading): CatalogResult {
  const { pinned, complaints } = reader(decodeText(file.bytes));
  const problems = new FileProblems(file);
  for (const { code, message } of complaints) problems.add(code, message);
  const packages = pinned.map(({ name, version, license }) =>
    toPackage(
      {
        name,
        version,
        licenses: license === null ? [] : spdxLicenses([license]),
        author: null,
        description: null,
      },
      file,
    ),
  );
  return { packages, problems: problems.all() };
}

function toPackage(
  { name: fullName, version, licenses, author, description }: Manifest,
  file: WantedFile,
): Package {
  const slash = fullName.startsWith("@") ? fullName.indexOf("/") : -1;
  const namespace = slash === -1 ? null : fullName.slice(0, slash);
  const name = fullName.slice(slash + 1);
  return {
    ecosystem: "npm",
    namespace,
    name,
    version,
    purl: formatPurl({ type: "npm", namespace, name, version }),
    sourcePackage: null,
    architecture: null,
    licenses,
    author,
    description,
    sizeBytes: null,
    evidence: [{ path: file.path, layer: file.layer, layerIndex: file.layerIndex }],
  };
}

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  const name = pkg.namespace === null ? pkg.name : `${pkg.namespace}/${pkg.name}`;
  return [{ space: "npm", name, version: pkg.version, by: "package" }];
}
