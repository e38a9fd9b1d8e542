/**
 * opkg's list of packages: stanzas like those of dpkg, and for each package a control file with what `status` leaves out.
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { readStanzas } from "../shared/rfc822.ts";

export interface OpkgRecord {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** Name of the recipe that it was built by, or null. */
  readonly source: string | null;
  readonly license: string | null;
  readonly maintainer: string | null;
  readonly description: string | null;
  readonly sizeBytes: number | null;
  /** CPE 2.3 name with the version, from the control file's `CPE-ID`; null: none. */
  readonly cpe: string | null;
  /** Names without versions. */
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  /** Digests of configuration files by path without leading slash. */
  readonly configuration: ReadonlyMap<string, string>;
}

/** What tells one installed package of a database from another: name, version and architecture. */
export function identityOf(record: OpkgRecord): string {
  return `${record.name} ${record.version} ${record.architecture ?? ""}`;
}

/** Reads every stanza; `controlOf` gives the text of a package's control file, empty when there is none. */
export function readStatus(
  text: string,
  controlOf: (name: string) => string,
): { readonly records: readonly OpkgRecord[]; readonly complaints: readonly string[] } {
  const records: OpkgRecord[] = [];
  const complaints: string[] = [];
  for (const { fields, line, badLines } of readStanzas(text, fieldNames)) {
    // `Status: want flag state`; `user` as flag says that somebody asked for it.
    const state = fields.get("status")?.trim().split(/\s+/).at(-1);
    if (state !== "installed") continue;
    const name = fields.get("package");
    const record = isToken(name, nameLengthMax) ? readRecord(name, fields, controlOf(name)) : null;
    if (record === null) complaints.push(`the stanza at line ${line} has no valid package name and version`);
    else records.push(record);
    if (record !== null && badLines > 0) {
      complaints.push(`the stanza at line ${line} has ${badLines} unreadable lines`);
    }
  }
  return { records, complaints };
}

const fieldNames = new Set([
  "package",
  "status",
  "version",
  "architecture",
  "conffiles",
  "source",
  "sourcename",
  "license",
  "maintainer",
  "description",
  "installed-size",
  "cpe-id",
  "depends",
  "provides",
]);

function readRecord(name: string, fields: ReadonlyMap<string, string>, control: string): OpkgRecord | null {
  const version = fields.get("version");
  if (!isToken(version, versionLengthMax)) return null;
  const [more] = readStanzas(control, fieldNames);
  const get = (field: string): string | null => fields.get(field) ?? more?.fields.get(field) ?? null;
  const architecture = get("architecture");
  // OpenWrt's `Source` is the folder of the recipe; Yocto's is the recipe's file.
  const source = get("sourcename") ?? /^([^/]+)_[^/]*\.bb$/.exec(get("source") ?? "")?.[1] ?? null;
  const size = get("installed-size") ?? "";
  return {
    name,
    version,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    source: isToken(source, nameLengthMax) ? source : null,
    license: get("license"),
    maintainer: get("maintainer"),
    description: (get("description") ?? "").trim().split("\n", 1)[0] || null,
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : null,
    cpe: cpeOf(get("cpe-id"), version),
    depends: namesOf(get("depends")),
    provides: namesOf(get("provides")),
    configuration: readConffiles(get("conffiles") ?? ""),
  };
}

/** `a (>= 1), b` gives `["a", "b"]`. */
function namesOf(field: string | null): readonly string[] {
  if (field === null) return [];
  const relations = field.slice(0, fieldLengthMax).split(",");
  return [...new Set(relations.flatMap((relation) => /^\s*([A-Za-z0-9][^\s(,]*)/.exec(relation)?.[1] ?? []))];
}

const fieldLengthMax = 256 * 1024;

/** ` /etc/config/dhcp <digest>` a line. */
function readConffiles(field: string): ReadonlyMap<string, string> {
  const conffiles = new Map<string, string>();
  for (const line of field.split("\n")) {
    const [, path, digest] = /^\/(\S+) ([0-9a-f]{64}|[0-9a-f]{32})$/.exec(line.trim()) ?? [];
    if (path !== undefined && digest !== undefined) conffiles.set(path, digest);
  }
  return conffiles;
}

/**
 * `cpe:/a:thekelleys:dnsmasq` and `2.90-2` give `cpe:2.3:a:thekelleys:dnsmasq:2.90:*:*:*:*:*:*:*`: the package's own revision is
 * none of upstream's.
 */
function cpeOf(written: string | null, version: string): string | null {
  const [, part, vendor, product] = CPE.exec(written ?? "") ?? [];
  if (part === undefined || vendor === undefined || product === undefined) return null;
  const upstream = version.replace(/-r?\d+$/, "").replace(/[^A-Za-z0-9._-]/g, "\\$&");
  return `cpe:2.3:${part}:${vendor}:${product}:${upstream}:*:*:*:*:*:*:*`;
}

const CPE = /^cpe:\/([aho]):([a-z0-9._-]{1,80}):([a-z0-9._-]{1,80})$/;
