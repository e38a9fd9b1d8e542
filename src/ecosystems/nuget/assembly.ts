/**
 * Assemblies of .NET by their version resource. It names no package, so only what a package's author wrote into it counts, and
 * what is found so is marked as told by the bytes: parts of a framework and programs with the values of a new project are left out.
 */
import type { FileHead, FileView, Json } from "../../domain/files.ts";
import { authorLengthMax, baseName, descriptionLengthMax, shortText } from "../shared/text.ts";
import { readVersionResource } from "./version-resource.ts";

/** Plain JSON. */
export interface AssemblyName {
  /** Of the file as it was built, without extension: `Newtonsoft.Json`. */
  readonly name: string;
  readonly version: string;
  readonly author: string | null;
  readonly description: string | null;
}

export function isAssemblyPath({ path, sizeBytes }: FileHead): boolean {
  if (sizeBytes < 512) return false;
  const end = path.slice(-4).toLowerCase();
  if ((end !== ".dll" && end !== ".exe") || path.endsWith(".resources.dll")) return false;
  // Mono's own assemblies, and those that all programs share.
  return !path.startsWith("usr/lib/mono/") && !path.startsWith("usr/lib64/mono/");
}

/** Null: it is no assembly of .NET, or its resource names nothing. */
export function lookIntoAssembly(head: FileHead, view: FileView): (AssemblyName & Json) | null {
  const facts = readVersionResource(view);
  if (facts === null || !facts.isManaged) return null;
  const { strings } = facts;
  const product = strings.get("ProductName") ?? "";
  const company = strings.get("CompanyName") ?? "";
  const original = strings.get("OriginalFilename") ?? "";
  const name = withoutExtension(original === "" ? baseName(head.path) : original);
  const version = versionOf(strings.get("ProductVersion"), strings.get("FileVersion"));
  if (version === null || !NAME.test(name)) return null;
  if (frameworks.some((part) => product.includes(part) || company.includes(part))) return null;
  // What a new project has until somebody changes it: a program of one's own, not a package.
  if (
    /^1\.0\.0(?:\.0)?$/.test(version) &&
    (company === name || company === "") &&
    (product === name || product === "")
  )
    return null;
  return {
    name,
    version,
    author: shortText(company, authorLengthMax),
    description: shortText(strings.get("Comments") ?? strings.get("FileDescription"), descriptionLengthMax),
  };
}

/** Products whose assemblies come with a runtime or an operating system. */
const frameworks = [
  ".NET Framework",
  // Its assemblies have the version of the whole; those of later ones, "Microsoft® .NET", have that of their package.
  "Microsoft® .NET Core",
  "Mono Common Language",
  "Mono development team",
  "Microsoft® Windows®",
  "Microsoft (R) Windows (R)",
];

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

function withoutExtension(name: string): string {
  return name.replace(/\.(?:dll|exe|ni\.dll)$/i, "");
}

/** The product version without what a build puts behind `+`, when it is a version; else the file's, without a fourth number of zero. */
function versionOf(product: string | undefined, file: string | undefined): string | null {
  const release = product?.split("+")[0]?.trim() ?? "";
  if (/^\d{1,9}(?:\.\d{1,9}){1,3}(?:-[0-9A-Za-z.-]{1,100})?$/.test(release)) return withoutBuild(release);
  const numbers = /^\d{1,9}(?:\.\d{1,9}){1,3}/.exec(file?.trim() ?? "")?.[0];
  return numbers === undefined || /^[0.]+$/.test(numbers) ? null : withoutBuild(numbers);
}

/** A fourth number of zero says nothing, and one of four or more digits counts builds: `6.0.8.18111` was released as 6.0.8. */
function withoutBuild(version: string): string {
  return version.replace(/^(\d+\.\d+\.\d+)\.(?:0|\d{4,})$/, "$1");
}
