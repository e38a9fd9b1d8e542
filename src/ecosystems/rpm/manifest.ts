/**
 * The list of packages in images of CBL-Mariner and Azure Linux without an rpm database: ten columns parted by tabs, written
 * while the image is built. https://github.com/microsoft/azurelinux/blob/3.0/toolkit/docs/building/add-package.md
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { sourceRpmOf, type RpmRecord } from "./record.ts";

/** Beside it stands `container-manifest-1`, which has the names alone. */
export const MANIFEST = "var/lib/rpmmanifest/container-manifest-2";

/** Reads every line; a bad one is a complaint and loses only itself. */
export function readManifest(text: string): {
  readonly records: readonly RpmRecord[];
  readonly complaints: readonly string[];
} {
  const records: RpmRecord[] = [];
  const complaints: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const record = readLine(line);
    if (record === null) complaints.push(`line ${index + 1} is no package`);
    else records.push(record);
  }
  return { records, complaints };
}

/** Name, version and release, times of installation and build, vendor, `(none)`, size, architecture, epoch, source package. */
function readLine(line: string): RpmRecord | null {
  const [name, versionRelease = "", , , vendor = "", , size = "", architecture, epoch = "", source = ""] =
    line.split("\t");
  const hyphen = versionRelease.lastIndexOf("-");
  const version = versionRelease.slice(0, Math.max(0, hyphen));
  const release = versionRelease.slice(hyphen + 1);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  if (!isToken(release, versionLengthMax)) return null;
  return {
    name,
    // Written as 0 where the package has none.
    epoch: /^[1-9]\d{0,9}$/.test(epoch) ? Number(epoch) : null,
    version,
    release,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    sourceRpm: sourceRpmOf(source.trim()),
    license: null,
    vendor: vendor === "(none)" ? null : vendor,
    summary: null,
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : null,
    modularity: null,
    digests: [],
  };
}
