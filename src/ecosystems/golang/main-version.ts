/**
 * The version of a program itself. Built in its own folder it has none (`(devel)`), but most projects hand one to the linker
 * (`-ldflags "-X main.version=1.2.3"`), and the commit is recorded where it was built in a repository.
 */
import type { BuildRecord, LinkedVariable } from "./build-record.ts";

/** `v1.2.3`, a pseudo-version of the commit, or null when nothing tells. */
export function mainVersion({ main, settings, linked, nameless }: BuildRecord): string | null {
  if (main === null) return null;
  if (hasVersion(main.version)) return main.version;
  const variables = [...variablesOf(settings["-ldflags"] ?? ""), ...linked];
  const set = linkedVersion(main.path, variables);
  // A variable without a name counts as the program's own.
  const only =
    nameless === null ? null : linkedVersion(main.path, [{ name: "main.version", value: nameless }]);
  return set ?? only ?? commitVersion(settings);
}

/**
 * Whether a variable of the program may tell its version; null where nothing is missing: the version stands in the build
 * information, or the linker's flags do.
 */
export function askedVariables({ main, settings }: BuildRecord): ((name: string) => boolean) | null {
  if (main === null || hasVersion(main.version) || settings["-ldflags"] !== undefined) return null;
  return (name) => rankOf(main.path, name) !== null;
}

/** Whether neither the build information nor the linker's flags in it tell the version. */
export function isVersionless({ main, settings }: BuildRecord): boolean {
  if (main === null || hasVersion(main.version)) return false;
  return linkedVersion(main.path, variablesOf(settings["-ldflags"] ?? "")) === null;
}

function hasVersion(version: string): boolean {
  return version !== "" && version !== "(devel)";
}

/**
 * From the variables that `-X package.name=value` sets: the program's own before those of packages of its module, and those
 * before the version packages of others, which some projects use for their own (`k8s.io/component-base/version`).
 */
function linkedVersion(modulePath: string, variables: readonly LinkedVariable[]): string | null {
  let best: { rank: number; version: string } | null = null;
  for (const { name, value } of variables) {
    const version = VERSION.exec(value)?.[1];
    const rank = rankOf(modulePath, name);
    if (version === undefined || rank === null || (best !== null && best.rank <= rank)) continue;
    best = { rank, version: `v${version}` };
  }
  return best?.version ?? null;
}

/** Two or three numbers with what semantic versions allow after them. */
const VERSION = /^v?(\d{1,9}\.\d{1,9}(?:\.\d{1,9})?(?:[-+~][0-9A-Za-z.+~-]{1,100})?)$/;

const versionNames = [
  "version",
  "gitversion",
  "buildversion",
  "appversion",
  "releaseversion",
  "mainversion",
  "semver",
  "tag",
  "gittag",
  "gitdescribe",
];

function rankOf(modulePath: string, variable: string): number | null {
  const dot = variable.lastIndexOf(".");
  const folder = variable.slice(0, dot);
  const named = versionNames.indexOf(variable.slice(dot + 1).toLowerCase());
  if (dot < 1 || named === -1) return null;
  const places = versionNames.length;
  if (folder === "main") return named;
  if (folder === modulePath || folder.startsWith(`${modulePath}/`)) return places + named;
  return folder.endsWith("version") ? 2 * places + named : null;
}

/** The definitions in linker flags: `-X a=b`, `-X=a=b`, `-X 'a=b c'`, `-X "a=b"`. */
function variablesOf(flags: string): readonly LinkedVariable[] {
  const variables: LinkedVariable[] = [];
  const words = wordsOf(flags);
  for (const [index, word] of words.entries()) {
    let definition = words[index - 1] === "-X" || words[index - 1] === "--X" ? word : "";
    if (word.startsWith("-X=")) definition = word.slice(3);
    const at = definition.indexOf("=");
    if (at > 0) variables.push({ name: definition.slice(0, at), value: definition.slice(at + 1) });
  }
  return variables;
}

/** As the go command splits flags: at white space, quotes of either kind around parts of a word. */
function wordsOf(flags: string): readonly string[] {
  return (flags.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/["']/g, ""));
}

/** `v0.0.0-20240102150405-abcdef123456` (https://go.dev/ref/mod#pseudo-versions), with `+dirty` as Go itself writes it. */
function commitVersion(settings: Readonly<Record<string, string>>): string | null {
  const revision = settings["vcs.revision"] ?? "";
  const time = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?Z$/.exec(settings["vcs.time"] ?? "");
  if (time === null || !/^[0-9a-f]{12,64}$/.test(revision)) return null;
  const dirty = settings["vcs.modified"] === "true" ? "+dirty" : "";
  return `v0.0.0-${time.slice(1).join("")}-${revision.slice(0, 12)}${dirty}`;
}
