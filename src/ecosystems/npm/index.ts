/**
 * npm packages, whichever program installed them. In an image: what stands in a `node_modules` folder, wherever that is, in a
 * store of links or behind a Plug'n'Play loader. In a source tree: what lock files pin, development dependencies included.
 *
 * Lock files in an image are not read: they tell what was to be installed, not what is there.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { linkPinned, type LockReading } from "../shared/pinned.ts";
import { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, folderOf } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readBunLock } from "./bun-lock.ts";
import { readDenoLock } from "./deno-lock.ts";
import { isInstallRecord } from "./install-records.ts";
import { catalogInstalled } from "./installed.ts";
import { npmNaming } from "./naming.ts";
import { npmPackage } from "./npm-package.ts";
import { isOtherPackageFolder, isPackageFolder } from "./package-folder.ts";
import { readPackageLock } from "./package-lock.ts";
import { isPnp } from "./pnp.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { unlockedProjects } from "./unlocked.ts";
import { readYarnLock } from "./yarn-lock.ts";
import { lookIntoArchive, wantsArchive } from "./zip-packages.ts";

export const npm: Ecosystem = {
  ...npmNaming,
  title: "npm packages",
  specs: [
    "https://docs.npmjs.com/cli/configuring-npm/package-json",
    "https://docs.npmjs.com/cli/configuring-npm/package-lock-json",
    "https://github.com/pnpm/spec/tree/master/lockfile",
    "https://classic.yarnpkg.com/lang/en/docs/yarn-lock/",
    "https://yarnpkg.com/advanced/pnp-spec",
    "https://bun.com/docs/pm/lockfile",
    "https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  endings: [
    "package.json",
    ".package-lock.json",
    "/lock.yaml",
    "/.yarn-integrity",
    ".pnp.cjs",
    ".pnp.data.json",
    ".pnp.js",
  ],
  wants,
  inspect: {
    wants: (head, mode) => mode === "installed" && wantsArchive(head),
    look: lookIntoArchive,
  },
  catalog,
};

const lockReaders: Readonly<Record<string, (text: string) => LockReading>> = {
  "package-lock.json": readPackageLock,
  "npm-shrinkwrap.json": readPackageLock,
  "yarn.lock": readYarnLock,
  "pnpm-lock.yaml": readPnpmLock,
  "bun.lock": readBunLock,
  "deno.lock": readDenoLock,
};

/** Bun's older lock file is binary. */
const BINARY_LOCK = "bun.lockb";

const MANIFEST = "/package.json";
const MODULES = "node_modules";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") {
    if (!path.endsWith(MANIFEST)) return isInstallRecord(path) || isPnp(path);
    const folder = path.slice(0, -MANIFEST.length);
    return isPackageFolder(folder) || isOtherPackageFolder(folder);
  }
  const name = baseName(path);
  if (name !== "package.json" && name !== BINARY_LOCK && !Object.hasOwn(lockReaders, name)) return false;
  return !path.startsWith(`${MODULES}/`) && !path.includes(`/${MODULES}/`);
}

function catalog(files: readonly WantedFile[], context: CatalogContext): CatalogResult {
  return context.mode === "installed" ? catalogInstalled(files, context) : catalogSources(files);
}

function catalogSources(files: readonly WantedFile[]): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [...unlockedProjects(files, [...Object.keys(lockReaders), BINARY_LOCK])];
  for (const file of files) {
    const name = baseName(file.path);
    const reader = Object.hasOwn(lockReaders, name) ? lockReaders[name] : undefined;
    const found = new FileProblems(file);
    if (reader !== undefined) packages.push(...readLock(file, reader, found));
    else if (name === BINARY_LOCK && !hasTextLock(files, file))
      found.add(
        "PARSE_FAILED",
        "the lock file is binary; bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes it as text",
      );
    problems.push(...found.all());
  }
  return { packages, problems };
}

/** Bun itself prefers the text when both are there. */
function hasTextLock(files: readonly WantedFile[], file: WantedFile): boolean {
  const folder = folderOf(file.path);
  const path = folder === "" ? "bun.lock" : `${folder}/bun.lock`;
  return files.some((other) => other.path === path);
}

function readLock(
  file: WantedFile,
  reader: (text: string) => LockReading,
  problems: FileProblems,
): readonly Package[] {
  const { pinned, complaints } = reader(decodeText(file.bytes));
  for (const { code, message } of complaints) problems.add(code, message);
  return linkPinned(pinned, ({ name, version, license, vcsUrl = null }) => {
    const licenses = license === null ? [] : spdxLicenses([license]);
    return npmPackage(
      { name, version, licenses, author: null, description: null, digests: [], vcsUrl },
      file,
    );
  });
}
