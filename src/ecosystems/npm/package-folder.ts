/**
 * Folders that an installer fills with one package each. A `package.json` anywhere else belongs to a package or is the
 * application's own: that one was not installed from a registry, and its name may be that of somebody else's package.
 */
import { baseName, folderOf } from "../shared/text.ts";

const MODULES = "node_modules";

/** `node_modules/name` or `node_modules/@scope/name`. Deeper folders belong to a package. */
export function isPackageFolder(folder: string): boolean {
  const name = baseName(folder);
  if (name === "" || name.startsWith(".") || name.startsWith("@")) return false;
  const parent = folderOf(folder);
  const scope = baseName(parent);
  if (scope === MODULES) return true;
  return scope.startsWith("@") && baseName(folderOf(parent)) === MODULES;
}

/**
 * Debian's folder of modules, where its Node searches; `usr/share/node_modules` is a link to it. Asked by its own name, since what is
 * wanted behind a link alone takes a second reading of its layer.
 */
const debianModules = /^usr\/(?:share|lib\/[^/]+)\/nodejs\//;

/** The folder under the name by which modules are searched: `usr/share/node_modules/a` of `usr/share/nodejs/a`. */
export function asModuleFolder(folder: string): string {
  return folder.replace(debianModules, (start) => start.replace(/nodejs\/$/, `${MODULES}/`));
}

function isDebianFolder(folder: string): boolean {
  return folder.includes("/nodejs/") && isPackageFolder(asModuleFolder(folder));
}

/**
 * Places outside of `node_modules`: Debian's folder of modules, Yarn's store of links (`node_modules/.store/a-npm-1.0.0-5595dafabc/package`), Deno's cache that
 * its programs run from, package managers that Corepack fetched, and Yarn as the images of Node have it.
 */
export function isOtherPackageFolder(folder: string): boolean {
  if (folder.startsWith("usr/") && isDebianFolder(folder)) return true;
  if (folder.endsWith("/package")) return baseName(folderOf(folderOf(folder))) === ".store";
  if (folder.startsWith("opt/yarn-v")) return !folder.includes("/", 4);
  for (const mark of denoMarks) {
    const at = folder.indexOf(mark);
    // The name of the registry comes first.
    const host = at === -1 ? -1 : folder.indexOf("/", at + mark.length);
    if (host !== -1) return isNameAndVersion(folder.slice(host + 1));
  }
  const corepack = folder.indexOf(COREPACK);
  if (corepack === -1) return false;
  const rest = folder.slice(corepack + COREPACK.length);
  return isNameAndVersion(rest.startsWith("v1/") ? rest.slice(3) : rest);
}

/** `DENO_DIR`, where it is by default and in the images of Deno. */
const denoMarks = ["/deno/npm/", "deno-dir/npm/"];
const COREPACK = "/node/corepack/";

/** `name/1.0.0` or `@scope/name/1.0.0` */
function isNameAndVersion(rest: string): boolean {
  const slashes = rest.split("/", 4).length - 1;
  return slashes === (rest.startsWith("@") ? 2 : 1) && /^\d/.test(baseName(rest));
}
