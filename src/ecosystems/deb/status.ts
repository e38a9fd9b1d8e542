/**
 * dpkg's list of packages: `var/lib/dpkg/status`, or one file a package in `var/lib/dpkg/status.d/` (distroless).
 * Format: deb822(5), dpkg(1) section "Package states".
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { readStanzas, type Stanza } from "../shared/rfc822.ts";

export interface DebRecord {
  readonly name: string;
  readonly version: string;
  /** `amd64`, `all`, or null. */
  readonly architecture: string | null;
  /** The `Source` field, or the package itself: dpkg leaves the field out when both are the same. */
  readonly source: { readonly name: string; readonly version: string };
  readonly maintainer: string | null;
  /** First line of the description. */
  readonly description: string | null;
  readonly sizeBytes: number | null;
  /** `Pre-Depends` and `Depends`, as written, one after the other; empty: none. */
  readonly depends: string;
  /** As written; empty: none. */
  readonly provides: string;
  /** MD5 of its configuration files by path without leading slash; files that the package no longer has are left out. */
  readonly configuration: ReadonlyMap<string, string>;
  /** Whether packages of several architectures may be installed side by side. */
  readonly isMultiArchSame: boolean;
}

/** What tells one installed package of a database from another: name, version and architecture. */
export function identityOf(record: Pick<DebRecord, "name" | "version" | "architecture">): string {
  return `${record.name} ${record.version} ${record.architecture ?? ""}`;
}

export interface DebReading {
  /** Installed packages, as listed. */
  readonly records: readonly DebRecord[];
  /** Stanzas that are not, or not wholly, understood, in words. */
  readonly complaints: readonly string[];
}

/** Reads every stanza; a bad one is a complaint and loses only itself. */
export function readStatus(text: string): DebReading {
  const records: DebRecord[] = [];
  const complaints: string[] = [];
  for (const stanza of readStanzas(text, fieldNames)) {
    const where = `the stanza at line ${stanza.line}`;
    if (!isInstalled(stanza.fields.get("status"))) continue;
    const record = readRecord(stanza);
    if (record === null) complaints.push(`${where} has no valid package name and version`);
    else records.push(record);
    if (record !== null && stanza.badLines > 0)
      complaints.push(`${where} has ${stanza.badLines} unreadable lines`);
  }
  return { records, complaints };
}

const fieldNames = new Set([
  "package",
  "status",
  "version",
  "architecture",
  "source",
  "maintainer",
  "description",
  "installed-size",
  "pre-depends",
  "depends",
  "provides",
  "conffiles",
  "multi-arch",
]);

/**
 * `Status: want flag state`. Only the state counts: `hold ok installed` is installed, `deinstall ok config-files` is not.
 * A package whose triggers are due is configured and in use. Without the field (distroless) what is listed is installed.
 */
function isInstalled(status: string | undefined): boolean {
  if (status === undefined) return true;
  const state = status.trim().split(/\s+/).at(-1) ?? "";
  return installedStates.has(state);
}

const installedStates = new Set(["installed", "triggers-awaited", "triggers-pending"]);

function readRecord({ fields }: Stanza): DebRecord | null {
  const name = fields.get("package");
  const version = fields.get("version");
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const architecture = fields.get("architecture");
  const size = fields.get("installed-size") ?? "";
  return {
    name,
    version,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    source: readSource(fields.get("source"), name, version),
    maintainer: fields.get("maintainer") ?? null,
    description: (fields.get("description") ?? "").split("\n", 1)[0] || null,
    sizeBytes: /^\d{1,12}$/.test(size) ? Number(size) * 1024 : null,
    depends: [fields.get("pre-depends"), fields.get("depends")]
      .filter((field) => field !== undefined)
      .join(", "),
    provides: fields.get("provides") ?? "",
    configuration: readConffiles(fields.get("conffiles") ?? ""),
    isMultiArchSame: fields.get("multi-arch") === "same",
  };
}

/** ` /etc/a <md5> [obsolete] [remove-on-upgrade]` a line. */
function readConffiles(field: string): ReadonlyMap<string, string> {
  if (field === "") return noConffiles;
  const conffiles = new Map<string, string>();
  for (const line of field.split("\n")) {
    const [, path, value, flag] = CONFFILE.exec(line) ?? [];
    if (path !== undefined && value !== undefined && flag !== "obsolete") conffiles.set(path, value);
  }
  return conffiles;
}

const noConffiles: ReadonlyMap<string, string> = new Map();
const CONFFILE = /^\/(\S+) ([0-9a-f]{32})(?: (\S+))?/;

/** `glibc`, or with the version where it differs from the binary's: `glibc (2.36-9)`. */
function readSource(field: string | undefined, name: string, version: string): DebRecord["source"] {
  const open = field?.indexOf("(") ?? -1;
  const sourceName = (open === -1 ? field : field?.slice(0, open))?.trim() ?? "";
  const close = open === -1 ? -1 : (field?.indexOf(")", open) ?? -1);
  const sourceVersion = close === -1 ? "" : (field?.slice(open + 1, close).trim() ?? "");
  return {
    name: isToken(sourceName, nameLengthMax) ? sourceName : name,
    version: isToken(sourceVersion, versionLengthMax) ? sourceVersion : version,
  };
}
