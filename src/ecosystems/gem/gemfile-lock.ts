/**
 * `Gemfile.lock` and `gems.locked`, as Bundler writes them (https://bundler.io/man/gemfile.lock.5.html is not published; the
 * form is that of Bundler's `LockfileParser`): sections with a name at the line's start, `specs:` in each source, four spaces
 * before a gem and six before what it needs.
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

export interface LockedGem {
  readonly name: string;
  readonly version: string;
  /** `ruby`, or as in a gem's specification. */
  readonly platform: string;
  readonly needs: readonly string[];
  /** Repository and commit of a gem that comes from no gem server; null: from a server. */
  readonly repository: { readonly url: string; readonly revision: string } | null;
  /** From the section of checksums; null: it has none. */
  readonly sha256: string | null;
}

export interface GemfileLock {
  readonly gems: readonly LockedGem[];
  /** Lines of gems that could not be understood. */
  readonly badLines: readonly string[];
  /** False: the text is no lock file of Bundler. */
  readonly isLock: boolean;
}

/** Gems of `PATH` are the project's own and are left out. */
export function readGemfileLock(text: string): GemfileLock {
  const open: OpenLock = {
    gems: [],
    badLines: [],
    checksums: new Map(),
    section: "",
    source: new Map(),
    inSpecs: false,
  };
  let sections = 0;
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    if (line === "") continue;
    if (!line.startsWith(" ")) {
      open.section = line;
      open.source = new Map();
      open.inSpecs = false;
      if (knownSections.has(line)) sections += 1;
    } else if (open.section === "CHECKSUMS") addChecksum(open, line);
    else if (sources.has(open.section)) addSourceLine(open, line);
  }
  const gems = open.gems.map((gem) => ({
    ...gem,
    sha256: open.checksums.get(fullName(gem.name, gem.version, gem.platform)) ?? null,
  }));
  return { gems, badLines: open.badLines, isLock: sections > 0 };
}

interface OpenLock {
  readonly gems: (Omit<LockedGem, "sha256"> & { readonly needs: string[] })[];
  readonly badLines: string[];
  readonly checksums: Map<string, string>;
  section: string;
  /** `remote`, `revision` and the like of the open section. */
  source: Map<string, string>;
  inSpecs: boolean;
}

const sources = new Set(["GEM", "GIT", "PLUGIN SOURCE"]);
const knownSections = new Set([
  "GEM",
  "GIT",
  "PATH",
  "PLUGIN SOURCE",
  "PLATFORMS",
  "DEPENDENCIES",
  "BUNDLED WITH",
]);

function addSourceLine(open: OpenLock, line: string): void {
  const indent = line.length - line.trimStart().length;
  if (indent === 2) {
    open.inSpecs = line === "  specs:";
    const colon = line.indexOf(": ");
    if (colon !== -1) open.source.set(line.slice(2, colon), line.slice(colon + 2));
    return;
  }
  if (!open.inSpecs) return;
  if (indent === 4) addGem(open, line.slice(4));
  // `a (>= 1)`, `b!`, or a bare name.
  else if (indent === 6) open.gems.at(-1)?.needs.push(line.slice(6).replace(/(?: \(.*|!)$/, ""));
}

function addGem(open: OpenLock, text: string): void {
  const spec = splitSpec(text);
  if (spec === null) {
    open.badLines.push(text);
    return;
  }
  const url = open.source.get("remote");
  const revision = open.source.get("revision");
  const isGit = open.section === "GIT" && url !== undefined && revision !== undefined;
  open.gems.push({ ...spec, needs: [], repository: isGit ? { url, revision } : null });
}

/** `nokogiri (1.15.4-x86_64-linux)`. A gem's version has no hyphen of its own. */
function splitSpec(text: string): { name: string; version: string; platform: string } | null {
  const open = text.indexOf(" (");
  if (open === -1 || !text.endsWith(")")) return null;
  const name = text.slice(0, open);
  const written = text.slice(open + 2, -1);
  const hyphen = written.indexOf("-");
  const version = hyphen === -1 ? written : written.slice(0, hyphen);
  const platform = hyphen === -1 ? "ruby" : written.slice(hyphen + 1);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  return isToken(platform, nameLengthMax) ? { name, version, platform } : null;
}

/** `  rack (3.0.8) sha256=…`, with several sums parted by commas. */
function addChecksum(open: OpenLock, line: string): void {
  const close = line.indexOf(") ");
  const spec = close === -1 ? null : splitSpec(line.slice(2, close + 1));
  const sum = line
    .slice(close + 2)
    .split(",")
    .find((each) => each.startsWith("sha256="));
  if (spec !== null && sum !== undefined) {
    open.checksums.set(fullName(spec.name, spec.version, spec.platform), sum.slice("sha256=".length));
  }
}

function fullName(name: string, version: string, platform: string): string {
  return `${name} ${version} ${platform}`;
}
