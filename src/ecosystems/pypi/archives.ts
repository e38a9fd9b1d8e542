/**
 * Distributions inside of zip archives: wheels that lie in the image as files, eggs, and programs that bring their packages along
 * (pex, shiv). Looked into as their layer passes. Wheels in a cache are downloads, not something that runs.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { FileHead, FileView, InspectedFile, Json } from "../../domain/files.ts";
import { printable, type Problem } from "../../domain/problem.ts";
import { decodeText } from "../shared/text.ts";
import { defaultZipLimits, openZip, ZipBudget } from "../shared/zip.ts";
import { readMetadata, type Metadata } from "./metadata.ts";

const ends = [".whl", ".egg", ".pex", ".pyz"];

export function wantsArchive({ path }: FileHead): boolean {
  return ends.some((end) => path.endsWith(end)) && !path.includes("/.cache/");
}

/** A program brings some hundreds along at most. */
const packagesMax = 500;
const limits = { ...defaultZipLimits, memberBytesMax: 4 * 1024 ** 2, totalBytesMax: 64 * 1024 ** 2 };

export function lookIntoArchive({ path }: FileHead, view: FileView): Json | null {
  const opening = openZip(view, new ZipBudget(limits));
  // Other files end in these letters too; an archive that should be one and is not says so.
  if (opening.kind === "no-zip") return path.endsWith(".whl") ? { broken: "it is no zip archive" } : null;
  if (opening.kind === "refused") return { broken: opening.reason };
  const { archive } = opening;
  const packages: Json[] = [];
  let broken: string | null = null;
  for (const member of archive.members(isMetadata)) {
    if (packages.length >= packagesMax) {
      broken = `it has more than ${packagesMax} packages`;
      break;
    }
    const reading = archive.read(member);
    const metadata =
      reading.kind === "read" ? readMetadata(decodeText(reading.bytes), `${path}/${member.name}`) : null;
    if (metadata === null) broken = `${member.name.slice(0, 200)} cannot be read`;
    else packages.push({ ...metadata });
  }
  return packages.length === 0 && broken === null
    ? null
    : { packages, ...(broken === null ? {} : { broken }) };
}

function isMetadata(name: string): boolean {
  return name.endsWith(".dist-info/METADATA") || name === "EGG-INFO/PKG-INFO";
}

/** What `lookIntoArchive` said. */
export function readArchive(file: InspectedFile, problems: Problem[]): readonly Metadata[] {
  const value = recordOf(file.value);
  const broken = value?.["broken"];
  if (typeof broken === "string") {
    problems.push({
      code: "PARSE_FAILED",
      message: printable(`the archive of a Python package cannot be read: ${broken}`),
      path: printable(file.path),
      layer: file.layer,
    });
  }
  const packages = value?.["packages"];
  return (Array.isArray(packages) ? (packages as unknown[]) : [])
    .map(unpack)
    .filter((metadata) => metadata !== null);
}

function unpack(value: unknown): Metadata | null {
  const fields = recordOf(value);
  const { name, version, author, description } = fields ?? {};
  if (typeof name !== "string" || typeof version !== "string") return null;
  return {
    name,
    version,
    licenses: textsOf(fields?.["licenses"]),
    author: typeof author === "string" ? author : null,
    description: typeof description === "string" ? description : null,
    requires: textsOf(fields?.["requires"]),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}
