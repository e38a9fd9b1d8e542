/**
 * The build information of a Go program (https://pkg.go.dev/runtime/debug#BuildInfo) as plain JSON: what is kept of it with
 * the layer, and read back when all layers are merged.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { Json } from "../../domain/files.ts";
import type { SymbolFilter } from "../../domain/symbol-filter.ts";
import type { GoBuildInfo } from "../shared/go-build-info.ts";

export interface GoModule {
  readonly path: string;
  /** `v1.2.3`; `(devel)` of a program built in its own folder; empty of a module replaced by a folder. */
  readonly version: string;
}

/** `main.version`, and what the linker set it to. */
export interface LinkedVariable {
  readonly name: string;
  readonly value: string;
}

export interface BuildRecord {
  /** `go1.22.5` */
  readonly goVersion: string;
  /** Package that the program was built from: `cmd/go`, `example.com/a/cmd/b`; empty when it is not told. */
  readonly path: string;
  readonly main: GoModule | null;
  /** Replacements stand in the place of what they replace. */
  readonly modules: readonly GoModule[];
  /** Paths of modules that folders of the builder replaced, so that no version tells what they are. */
  readonly replacedByFolder: readonly string[];
  /** Of the build settings `GOOS`, and those that tell the version of the main module: `-ldflags`, `vcs.revision`, … */
  readonly settings: Readonly<Record<string, string>>;
  /** The functions that it holds; null: its table of them cannot be read. See `functions.ts`. */
  readonly functions: SymbolFilter | null;
  /** Of a program whose settings leave the linker's flags out: the variables that tell its version. */
  readonly linked: readonly LinkedVariable[];
  /** The only version that one of its variables may be; see `nameless-version.ts`. */
  readonly nameless: string | null;
}

/** Lines of `kind<tab>value…`, as `go version -m` prints them. Lines that are not understood are left out. */
export function readBuildRecord({ goVersion, modules: text }: GoBuildInfo): BuildRecord {
  let path = "";
  let main: GoModule | null = null;
  const modules: GoModule[] = [];
  const replacedByFolder: string[] = [];
  const settings: Record<string, string> = {};
  let last: "mod" | "dep" | null = null;
  for (const line of text.split("\n").slice(0, linesMax)) {
    const [kind = "", first = "", version = ""] = line.split("\t");
    if (kind === "path") path = first;
    else if (kind === "mod") main = { path: first, version };
    else if (kind === "dep") modules.push({ path: first, version });
    else if (kind === "build") addSetting(settings, line.slice("build\t".length));
    else if (kind === "=>" && last === "mod") main = { path: first, version };
    else if (kind === "=>" && last === "dep") {
      const replaced = modules.pop();
      if (replaced === undefined) continue;
      // A folder has no version; `(devel)` stands in its place.
      if (version === "" || version === "(devel)") replacedByFolder.push(replaced.path);
      else modules.push({ path: first, version });
    }
    last = kind === "mod" || kind === "dep" ? kind : null;
  }
  return {
    goVersion,
    path,
    main,
    modules,
    replacedByFolder,
    settings,
    functions: null,
    linked: [],
    nameless: null,
  };
}

/** The largest programs known have some 2,000 modules. */
const linesMax = 20_000;

const keptSettings = new Set(["GOOS", "-ldflags", "vcs", "vcs.revision", "vcs.time", "vcs.modified"]);
const settingLengthMax = 8192;

/** `key=value`, each of them quoted as in Go where it holds white space or quotes. */
function addSetting(settings: Record<string, string>, text: string): void {
  const at = text.indexOf("=");
  const key = text.slice(0, at);
  if (at === -1 || !keptSettings.has(key) || text.length > settingLengthMax) return;
  settings[key] = unquoted(text.slice(at + 1));
}

/** A Go string literal; a text that is none, as it is. */
function unquoted(text: string): string {
  if (text.startsWith("`") && text.endsWith("`") && text.length > 1) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    // Escapes that JSON has not (`\x1b`) stand in no version.
    return text;
  }
}

export function toJson(record: BuildRecord): Json {
  return {
    go: record.goVersion,
    path: record.path,
    main: record.main === null ? null : [record.main.path, record.main.version],
    modules: record.modules.map(({ path, version }) => [path, version]),
    folders: record.replacedByFolder,
    settings: record.settings,
    ...(record.functions === null ? {} : { functions: record.functions }),
    ...(record.linked.length === 0 ? {} : { linked: record.linked.map(({ name, value }) => [name, value]) }),
    ...(record.nameless === null ? {} : { nameless: record.nameless }),
  };
}

/** What `toJson` has written; anything else in it is left out. */
export function fromJson(value: Json): BuildRecord {
  const fields = recordOf(value);
  const settings = Object.entries(recordOf(fields?.["settings"]) ?? {});
  return {
    goVersion: textOf(fields?.["go"]),
    path: textOf(fields?.["path"]),
    main: toModule(fields?.["main"]),
    modules: listOf(fields?.["modules"]).flatMap((each) => toModule(each) ?? []),
    replacedByFolder: listOf(fields?.["folders"]).map(textOf),
    settings: Object.fromEntries(settings.map(([key, each]) => [key, textOf(each)])),
    functions: textOf(fields?.["functions"]) || null,
    linked: listOf(fields?.["linked"]).map((pair) => {
      const [name, value] = listOf(pair);
      return { name: textOf(name), value: textOf(value) };
    }),
    nameless: textOf(fields?.["nameless"]) || null,
  };
}

function toModule(value: unknown): GoModule | null {
  const [path, version] = listOf(value);
  return typeof path === "string" && typeof version === "string" ? { path, version } : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
