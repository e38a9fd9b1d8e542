/**
 * A package of conda as its records have it: `conda-meta/<name>-<version>-<build>.json` of an installation, entries of lock files.
 */
import type { JsonRecord } from "../../domain/json-record.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { textOf, textsOf } from "../shared/json-text.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { digestOf, packageOf } from "../shared/package-of.ts";
import { baseName, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

/** What a file name or address of a package tells: `libfoo-1.2.3-h0123456_0.tar.bz2`. */
export interface CondaFileName {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  /** `conda` or `tar.bz2`; null: the name has no such end. */
  readonly type: string | null;
}

/** Null when the name has not its three parts. Only a name may hold hyphens of its own. */
export function readFileName(file: string): CondaFileName | null {
  const type = ["conda", "tar.bz2"].find((end) => file.endsWith(`.${end}`)) ?? null;
  const stem = type === null ? file : file.slice(0, -type.length - 1);
  const last = stem.lastIndexOf("-");
  const middle = stem.lastIndexOf("-", last - 1);
  if (middle < 1 || last === -1) return null;
  return {
    name: stem.slice(0, middle),
    version: stem.slice(middle + 1, last),
    build: stem.slice(last + 1),
    type,
  };
}

/** The package of a record with the fields of conda's `index.json`; null when it has no valid name and version. */
export function packageOfRecord(record: JsonRecord, file: WantedFile): Package | null {
  const { name, version } = record;
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const url = textOf(record["url"]) ?? "";
  const fileName = textOf(record["fn"]) ?? baseName(url);
  const subdir = tokenOf(record["subdir"]);
  const paths = recordOf(record["paths_data"])?.["paths"];
  return packageOf(file, {
    type: "conda",
    name,
    version,
    qualifiers: {
      build: tokenOf(record["build"]) ?? tokenOf(record["build_string"]),
      channel: channelOf(textOf(record["channel"]) ?? url, subdir),
      subdir,
      type: readFileName(fileName)?.type ?? null,
    },
    licenses: spdxLicenses([textOf(record["license"]) ?? ""]),
    digests: [digestOf("md5", record["md5"]), digestOf("sha256", record["sha256"])],
    packedSizeBytes: numberOf(record["size"]),
    ...(Array.isArray(paths) ? { fileCount: paths.length, sizeBytes: sizeOf(paths) } : {}),
  });
}

function tokenOf(value: unknown): string | null {
  return isToken(value, nameLengthMax) ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function sizeOf(paths: readonly unknown[]): number | null {
  const sizes = paths.map((path) => numberOf(recordOf(path)?.["size_in_bytes"]));
  const known = sizes.filter((size) => size !== null);
  return known.length < sizes.length ? null : known.reduce((sum, size) => sum + size, 0);
}

/** The last folder of a channel's address (`conda-forge`, `main`), or its name as written. */
function channelOf(written: string, subdir: string | null): string | null {
  const folders = written.split("/").filter((part) => part !== "");
  const at = subdir === null ? -1 : folders.lastIndexOf(subdir);
  const channel = at === -1 ? folders.at(-1) : folders[at - 1];
  return tokenOf(channel);
}

/** Names of what a record depends on: `libfoo >=1.2,<2.0a0` needs `libfoo`; `__glibc >=2.17` is the machine's. */
export function needsOf(record: JsonRecord): readonly string[] {
  return textsOf(record["depends"])
    .map(
      (text) =>
        text
          .trim()
          .split(/[ =<>!~[]/, 1)[0]
          ?.toLowerCase() ?? "",
    )
    .filter((name) => name !== "" && !name.startsWith("__"));
}
