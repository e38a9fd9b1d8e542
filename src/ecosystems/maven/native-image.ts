/**
 * Programs that GraalVM compiled from Java: `native-image --enable-sbom` puts a list of what went into the program into it, as
 * CycloneDX compressed by gzip, at the symbol `sbom`, its length at `sbom_length`.
 * Source: https://www.graalvm.org/jdk25/security-guide/native-image/sbom/
 */
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { FileHead, FileView, Json } from "../../domain/files.ts";
import { offsetOfAddress, readElf, type ElfFile } from "../shared/elf.ts";
import { addressesOf } from "../shared/elf-symbols.ts";
import type { ArchiveComplaint, ArchiveFacts, ModuleFacts } from "./archive.ts";
import { namePart, versionPart } from "./manifest.ts";

/** The smallest such programs have a hundred times that. */
const sizeBytesMin = 64 * 1024;
const compressedBytesMax = 8 * 1024 ** 2;
/** A list of 20,000 packages has 4 MB. */
const documentBytesMax = 64 * 1024 ** 2;
const modulesMax = 20_000;

export function wantsNativeImage({ path, sizeBytes, mode }: FileHead): boolean {
  return sizeBytes >= sizeBytesMin && ((mode & 0o111) !== 0 || path.endsWith(".so"));
}

/** Null for any other program. One whose list is missing says so: what is in it is not known then. */
export function lookIntoNativeImage(view: FileView): (ArchiveFacts & Json) | null {
  const magic = view.read(0, 4);
  if (magic[0] !== 0x7f || magic[1] !== 0x45) return null;
  const elf = readElf(view);
  // The heap that the compiled program starts with.
  if (elf === null || !elf.sections.some(({ name }) => name === ".svm_heap")) return null;
  return JSON.parse(JSON.stringify(readList(view, elf))) as ArchiveFacts & Json;
}

function readList(view: FileView, elf: ElfFile): ArchiveFacts {
  const addresses = addressesOf(view, elf, ["sbom", "sbom_length"]);
  const start = offsetOfAddress(elf, addresses.get("sbom") ?? 0);
  const lengthAt = offsetOfAddress(elf, addresses.get("sbom_length") ?? 0);
  if (start === null || lengthAt === null) return without("unlisted", MISSING);
  const word = Buffer.from(view.read(lengthAt, 8));
  const length =
    word.length < 8 ? 0 : Number(elf.littleEndian ? word.readBigUInt64LE(0) : word.readBigUInt64BE(0));
  if (length === 0 || length > compressedBytesMax)
    return without("unreadable", "its list of Java packages is empty, cut off or too large");
  try {
    const text = gunzipSync(view.read(start, length), { maxOutputLength: documentBytesMax }).toString("utf8");
    const document = recordOf(JSON.parse(text));
    if (document === null || !Array.isArray(document["components"]))
      return without("unreadable", "its list of Java packages names none");
    return factsOf(document, document["components"]);
  } catch {
    // zlib and JSON throw whatever is wrong with the bytes.
    return without("unreadable", "its list of Java packages is damaged");
  }
}

const MISSING =
  "GraalVM compiled this program without a list of the Java packages in it, so they are not known";

function without(kind: ArchiveComplaint["kind"], message: string): ArchiveFacts {
  return { modules: [], complaints: [{ at: "", kind, message }] };
}

/** The program itself first, where it has coordinates. */
function factsOf(document: JsonRecord, components: readonly unknown[]): ArchiveFacts {
  const records = [recordOf(document["metadata"])?.["component"], ...components.slice(0, modulesMax)];
  const named = records.flatMap((value) => {
    const component = recordOf(value);
    const coordinates = component === null ? null : coordinatesOf(component);
    return component === null || coordinates === null
      ? []
      : [{ ref: textOf(component["bom-ref"]), coordinates }];
  });
  const nameByRef = new Map(
    named.map(({ ref, coordinates: { group, artifact } }) => [ref, `${group}:${artifact}`]),
  );
  const needs = needsByRef(document, nameByRef);
  const modules = named.map(({ ref, coordinates }): ModuleFacts => {
    const own = needs.get(ref) ?? [];
    return { at: "", by: "record", ...coordinates, ...(own.length === 0 ? {} : { needs: own }) };
  });
  const lost = components.length - components.filter((value) => hasCoordinates(value)).length;
  const complaint = `${lost} entries of its list of Java packages have no group, artifact and version`;
  const complaints: readonly ArchiveComplaint[] =
    lost === 0 ? [] : [{ at: "", kind: "unnamed", message: complaint }];
  if (components.length <= modulesMax) return { modules, complaints };
  const tooMany = `its list of Java packages has more than ${modulesMax} entries`;
  return { modules, complaints: [...complaints, { at: "", kind: "unreadable", message: tooMany }] };
}

function hasCoordinates(value: unknown): boolean {
  const component = recordOf(value);
  return component !== null && coordinatesOf(component) !== null;
}

function coordinatesOf(component: JsonRecord): Pick<ModuleFacts, "group" | "artifact" | "version"> | null {
  const group = namePart(textOf(component["group"]));
  const artifact = namePart(textOf(component["name"]));
  const version = versionPart(textOf(component["version"]));
  return group === null || artifact === null || version === null ? null : { group, artifact, version };
}

function needsByRef(
  document: JsonRecord,
  nameByRef: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const dependencies: readonly unknown[] = Array.isArray(document["dependencies"])
    ? document["dependencies"]
    : [];
  return new Map(
    dependencies.map((value) => {
      const entry = recordOf(value);
      const on: readonly unknown[] = Array.isArray(entry?.["dependsOn"]) ? entry["dependsOn"] : [];
      return [textOf(entry?.["ref"]), on.flatMap((ref) => nameByRef.get(textOf(ref)) ?? [])];
    }),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
