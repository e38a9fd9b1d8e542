/**
 * Packages in the zip archives of Yarn's cache (`.yarn/cache/a-npm-1.0.0-5595dafabc-10c0.zip`): looked into as their layer passes;
 * a Plug'n'Play loader decides later which of them are installed.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { FileHead, FileView, InspectedFile, Json } from "../../domain/files.ts";
import { printable, type Problem } from "../../domain/problem.ts";
import { decodeText } from "../shared/text.ts";
import { defaultZipLimits, openZip, ZipBudget } from "../shared/zip.ts";
import { packManifest, readManifest, unpackManifest, type Manifest } from "./manifest.ts";
import { isPackageFolder } from "./package-folder.ts";

export function wantsArchive({ path }: FileHead): boolean {
  return path.endsWith(".zip") && (path.includes(".yarn/") || path.includes("-npm-"));
}

const MANIFEST = "/package.json";

/** A package brings a few others along at most. */
const packagesMax = 100;
const limits = { ...defaultZipLimits, memberBytesMax: 4 * 1024 ** 2, totalBytesMax: 32 * 1024 ** 2 };

export function lookIntoArchive(_: FileHead, view: FileView): Json | null {
  const opening = openZip(view, new ZipBudget(limits));
  if (opening.kind !== "opened")
    return { broken: opening.kind === "no-zip" ? "it is cut off" : opening.reason };
  const { archive } = opening;
  const packages: Json[] = [];
  const broken: string[] = [];
  for (const member of archive.members(isManifest)) {
    if (packages.length >= packagesMax) break;
    const reading = archive.read(member);
    const manifest = reading.kind === "read" ? parse(reading.bytes) : null;
    if (manifest === null) broken.push(member.name.slice(0, 200));
    else packages.push([member.name.slice(0, -MANIFEST.length), packManifest(manifest)]);
  }
  return { packages, ...(broken.length === 0 ? {} : { broken: `${broken[0] ?? ""} cannot be read` }) };
}

function isManifest(name: string): boolean {
  return (
    name.startsWith("node_modules/") &&
    name.endsWith(MANIFEST) &&
    isPackageFolder(name.slice(0, -MANIFEST.length))
  );
}

function parse(bytes: Uint8Array): Manifest | null {
  try {
    return readManifest(JSON.parse(decodeText(bytes)));
  } catch {
    return null;
  }
}

/** What `lookIntoArchive` said: packages by their folder in the archive. */
export function readZipPackages(
  file: InspectedFile,
  problems: Problem[],
): readonly { readonly folder: string; readonly manifest: Manifest }[] {
  const value = recordOf(file.value);
  const broken = value?.["broken"];
  if (typeof broken === "string") {
    const message = `the archive of a package cannot be read: ${broken}`;
    problems.push({
      code: "PARSE_FAILED",
      message: printable(message),
      path: printable(file.path),
      layer: file.layer,
    });
  }
  const packages = value?.["packages"];
  return (Array.isArray(packages) ? (packages as unknown[]) : []).flatMap((pair) => {
    const [folder, fields] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const record = recordOf(fields);
    const manifest = record === null ? null : unpackManifest(record);
    return typeof folder === "string" && manifest !== null ? [{ folder, manifest }] : [];
  });
}
