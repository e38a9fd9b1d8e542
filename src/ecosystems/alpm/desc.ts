/**
 * pacman's `desc` and `files`: sections of a `%NAME%` line and values, one a line, up to a blank line.
 * Format: https://man.archlinux.org/man/alpm-db-desc.5
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

export interface AlpmRecord {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** What several packages were built from at once, or null. */
  readonly base: string | null;
  readonly description: string | null;
  readonly packager: string | null;
  readonly sizeBytes: number | null;
  readonly licenses: readonly string[];
  /** Names without versions. */
  readonly depends: readonly string[];
  readonly provides: readonly string[];
}

/** The values of each section, by its name without the percent signs. */
export function readSections(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let open: string[] | null = null;
  for (const written of text.split("\n")) {
    const line = written.endsWith("\r") ? written.slice(0, -1) : written;
    if (line === "") open = null;
    else if (open !== null) open.push(line);
    else if (line.length > 2 && line.startsWith("%") && line.endsWith("%")) {
      open = [];
      sections.set(line.slice(1, -1), open);
    }
  }
  return sections;
}

/** The package that a `desc` file tells of; null when it has no valid name and version. */
export function readDesc(text: string): AlpmRecord | null {
  const sections = readSections(text);
  const first = (name: string): string | null => sections.get(name)?.[0] ?? null;
  const name = first("NAME");
  const version = first("VERSION");
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const architecture = first("ARCH");
  const base = first("BASE");
  const size = first("SIZE") ?? "";
  return {
    name,
    version,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    base: isToken(base, nameLengthMax) ? base : null,
    description: first("DESC"),
    packager: first("PACKAGER"),
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : null,
    // `custom:Name` names a licence that Arch has no text of.
    licenses: (sections.get("LICENSE") ?? []).map((license) => license.replace(/^custom:/, "")),
    depends: namesOf(sections.get("DEPENDS")),
    provides: namesOf(sections.get("PROVIDES")),
  };
}

/** `libreadline.so=8-64`, `glibc>=2.38`: what stands before the version, each once. */
function namesOf(relations: readonly string[] = []): readonly string[] {
  return [...new Set(relations.map((relation) => /^[^<>=]*/.exec(relation)?.[0] ?? ""))];
}
