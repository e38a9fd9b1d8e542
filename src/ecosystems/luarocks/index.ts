/**
 * Lua modules of LuaRocks. In an image: the rockspec and the manifest of files that LuaRocks keeps of each rock it installed. In a
 * source tree: `luarocks.lock`.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim } from "../../domain/package.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { claimOf, digestOf, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { namedOf, readNodes } from "../shared/read-nodes.ts";
import {
  authorLengthMax,
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readLuaStrings, type LuaString } from "./lua-tables.ts";
import { luarocksNaming } from "./naming.ts";

export const luarocks: Ecosystem = {
  ...luarocksNaming,
  title: "Lua modules of LuaRocks",
  specs: [
    "https://github.com/luarocks/luarocks/blob/main/docs/rockspec_format.md",
    "https://github.com/luarocks/luarocks/blob/main/docs/file_locations.md",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  endings: [".rockspec", "/rock_manifest"],
  wants,
  catalog,
};

const LOCK = "luarocks.lock";

/** `<tree>/lib/luarocks/rocks-5.4/<name>/<version>/` holds both files. */
function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "sources") return path === LOCK || path.endsWith(`/${LOCK}`);
  if (!path.endsWith(".rockspec") && !path.endsWith("/rock_manifest")) return false;
  const rocks = baseName(folderOf(folderOf(folderOf(path))));
  return rocks === "rocks" || rocks.startsWith("rocks-");
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  return mode === "installed" ? readInstalled(files) : readEach(files, readLock);
}

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  const purls = new Map<string, string>();
  const rockspecs = files.filter(({ path }) => path.endsWith(".rockspec"));
  const reading = readNodes(rockspecs, (file, problems) => {
    const strings = readLuaStrings(decodeText(file.bytes));
    const own = [valueOf(strings, "package")?.toLowerCase(), valueOf(strings, "version")] as const;
    const named = namedOf(problems, "the rockspec", ...own);
    if (named === null) return null;
    const pkg = packageOf(file, {
      type: "luarocks",
      name: named.name,
      version: named.version.toLowerCase(),
      licenses: spdxLicenses([valueOf(strings, "description", "license") ?? ""]),
      author: shortText(valueOf(strings, "description", "maintainer"), authorLengthMax),
      description: shortText(valueOf(strings, "description", "summary"), descriptionLengthMax),
    });
    const rocks = folderOf(folderOf(folderOf(file.path)));
    const needs = strings.filter(({ keys }) => keys.length === 2 && keys[0] === "dependencies");
    purls.set(folderOf(file.path), pkg.purl);
    return {
      pkg,
      names: [`${rocks}\n${named.name}`],
      needs: needs.map(
        ({ value }) =>
          `${rocks}\n${
            value
              .trim()
              .split(/[\s=<>~]/, 1)[0]
              ?.toLowerCase() ?? ""
          }`,
      ),
    };
  });
  const claims = files.flatMap((file) => claimsOf(file, purls.get(folderOf(file.path))));
  return { ...reading, ...(claims.length === 0 ? {} : { claims }) };
}

function valueOf(strings: readonly LuaString[], ...keys: readonly string[]): string | null {
  const wanted = keys.join("\n");
  return strings.find((string) => string.keys.join("\n") === wanted)?.value ?? null;
}

/** The rock's own folder; and of its manifest the files that are put beside those of other rocks, with their md5. */
function claimsOf(file: WantedFile, purl: string | undefined): readonly FileClaim[] {
  if (purl === undefined) return [];
  const folder = folderOf(file.path);
  if (!file.path.endsWith("/rock_manifest")) return [claimOf(purl, folder, "folder")];
  const rocks = folderOf(folderOf(folder));
  const lua = baseName(rocks).slice("rocks-".length);
  const tree = folderOf(folderOf(folderOf(rocks)));
  const places: Readonly<Record<string, string>> = {
    lua: `share/lua/${lua}`,
    lib: `lib/lua/${lua}`,
    bin: "bin",
  };
  return readLuaStrings(decodeText(file.bytes)).flatMap(({ keys, value }) => {
    const [top, part = "", ...names] = keys;
    const place = places[part];
    if (top !== "rock_manifest" || place === undefined || names.length === 0 || names.includes(".."))
      return [];
    const path = [...(tree === "" ? [] : [tree]), place, ...names].join("/");
    return [{ ...claimOf(purl, path, "file"), digest: digestOf("md5", value) }];
  });
}

/** `return { dependencies = { ["say"] = "1.4.1-3" } }`, and the like for builds and tests. */
function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const strings = readLuaStrings(decodeText(file.bytes));
  const packages = strings.flatMap(({ keys, value }) => {
    const [, list = "", name] = keys;
    if (keys.length !== 3 || !list.endsWith("dependencies")) return [];
    if (!isToken(name, nameLengthMax) || name === "#" || !isToken(value, versionLengthMax)) {
      problems.add("RECORD_INVALID", `the entry ${(name ?? "").slice(0, 200)} has no valid name and version`);
      return [];
    }
    // Lua itself is listed among what a project needs, and is no rock.
    if (name === "lua") return [];
    return [packageOf(file, { type: "luarocks", name: name.toLowerCase(), version: value.toLowerCase() })];
  });
  if (strings.length === 0) problems.add("PARSE_FAILED", "the file is no lock file of LuaRocks");
  return { packages };
}
