/**
 * Plugins of WordPress: the header that WordPress itself reads, in `wp-content/plugins/<name>/<file>.php` or
 * `wp-content/plugins/<name>.php`.
 */
import type { WantedFile } from "../../domain/files.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
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
import type { CatalogMode, Ecosystem } from "../types.ts";
import { wordpressPluginNaming } from "./naming.ts";

export const wordpressPlugin: Ecosystem = {
  ...wordpressPluginNaming,
  title: "Plugins of WordPress",
  specs: ["https://developer.wordpress.org/plugins/plugin-basics/header-requirements/"],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: false,
    files: true,
    proof: "by-specification",
  },
  endings: [".php"],
  wants,
  catalog: (files) => readEach(files, readPlugin),
};

const PLUGINS = "wp-content/plugins";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed" || !path.endsWith(".php")) return false;
  const folder = folderOf(path);
  return isPlugins(folder) || isPlugins(folderOf(folder));
}

function isPlugins(folder: string): boolean {
  return folder === PLUGINS || folder.endsWith(`/${PLUGINS}`);
}

function readPlugin(file: WantedFile, problems: FileProblems): FileReading {
  // WordPress reads no more of a file than this.
  const text = decodeText(file.bytes.subarray(0, headerBytes)).replaceAll("\r", "\n");
  // Most files of a plugin have no header.
  if (field(text, "Plugin Name") === null) return nothingRead;
  const folder = folderOf(file.path);
  const isSingleFile = isPlugins(folder);
  const name = isSingleFile ? baseName(file.path).slice(0, -".php".length) : baseName(folder);
  const version = field(text, "Version");
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
    problems.add("RECORD_INVALID", "the plugin's header has no valid version");
    return nothingRead;
  }
  const pkg = packageOf(file, {
    type: "wordpress-plugin",
    name: name.toLowerCase(),
    version,
    licenses: spdxLicenses([field(text, "License") ?? ""]),
    author: shortText(field(text, "Author"), authorLengthMax),
    description: shortText(field(text, "Plugin Name"), descriptionLengthMax),
  });
  const claim = isSingleFile ? claimOf(pkg.purl, file.path, "file") : claimOf(pkg.purl, folder, "folder");
  return { packages: [pkg], claims: [claim] };
}

const headerBytes = 8192;

/** ` * Version: 1.2.3`: a line of a comment, its end not included. */
function field(text: string, name: string): string | null {
  const value = new RegExp(`^(?:[ \\t]*<\\?php)?[ \\t/*#@]*${name}:(.*)$`, "im").exec(text)?.[1] ?? "";
  const end = value.search(/\*\/|\?>/);
  return shortText(end === -1 ? value : value.slice(0, end), descriptionLengthMax);
}
