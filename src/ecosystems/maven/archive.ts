/**
 * Looks into one archive of Java code and the archives in it, however deep up to a ceiling, and says what each is called.
 * Only manifests, poms and inner archives are unpacked; every archive's bytes are hashed once, for look-up by hash.
 */
import { createHash } from "node:crypto";
import type { FileHead, FileView, Json } from "../../domain/files.ts";
import { printable } from "../../domain/problem.ts";
import { baseName, decodeText } from "../shared/text.ts";
import { openZip, ZipBudget, type ZipArchive, type ZipMember } from "../shared/zip.ts";
import { identify } from "./identity.ts";
import { isArchiveName } from "./jar-name.ts";
import {
  namePart,
  readManifest,
  readPomProperties,
  versionPart,
  type Coordinates,
  type Manifest,
} from "./manifest.ts";
import { detailsOf, type ModuleDetails } from "./module-details.ts";
import { interpolate, ownProperty, readPom, type Pom } from "./pom.ts";

/** What stands in one outer file, as plain JSON. Optional members are absent when nothing is known. */
export interface ArchiveFacts {
  readonly modules: readonly ModuleFacts[];
  readonly complaints: readonly ArchiveComplaint[];
}

export interface ModuleFacts extends Coordinates, ModuleDetails {
  /** Path inside the outer file: empty for the file itself, else `BOOT-INF/lib/a.jar`, deeper ones parted by `!/`. */
  readonly at: string;
  /** See `JarIdentity`; `shaded`: its classes were packed into the archive at `at`. */
  readonly by: "record" | "signs" | "name" | "shaded";
  readonly sha1?: string;
}

export interface ArchiveComplaint {
  readonly at: string;
  /** `unreadable`: something in it may be missing; `unnamed`: nothing tells what it is; `unlisted`: nor what is in it. */
  readonly kind: "unreadable" | "unnamed" | "unlisted";
  readonly message: string;
}

/** Null for a file that is no archive and need not be one by its name. */
export function lookIntoArchive(head: FileHead, view: FileView): (ArchiveFacts & Json) | null {
  if (view.sizeBytes === 0) return null;
  const look = new ArchiveLook();
  look.archive(head.path, view, "", 0);
  const { modules, complaints } = look;
  if (modules.length === 0 && complaints.length === 0) return null;
  return JSON.parse(JSON.stringify({ modules, complaints })) as ArchiveFacts & Json;
}

/** The module and the archive that one look at one outer file found; budgets hold for all of it. */
class ArchiveLook {
  readonly modules: ModuleFacts[] = [];
  readonly complaints: ArchiveComplaint[] = [];
  readonly #budget = new ZipBudget();
  #complained = 0;

  archive(path: string, view: FileView, at: string, depth: number): void {
    const opening = openZip(view, this.#budget);
    if (opening.kind === "no-zip") {
      if (!isSomethingElse(path, view)) this.complain(at, "unreadable", "it is no zip archive");
      return;
    }
    if (opening.kind === "refused") {
      this.complain(at, "unreadable", opening.reason);
      return;
    }
    const { archive } = opening;
    const parts = sortMembers(archive);
    const manifest = this.#manifest(archive, parts.manifest, at);
    const poms = this.#poms(archive, parts, at);
    this.#name(path, view, at, archive, manifest, poms);
    for (const member of parts.inner) this.#inner(archive, member, at, depth);
  }

  complain(at: string, kind: ArchiveComplaint["kind"], message: string): void {
    this.#complained += 1;
    if (this.#complained < complaintsMax) this.complaints.push({ at, kind, message });
    else if (this.#complained === complaintsMax)
      this.complaints.push({ at: "", kind: "unreadable", message: "there is more of the kind inside of it" });
  }

  #inner(archive: ZipArchive, member: ZipMember, at: string, depth: number): void {
    const inside = at === "" ? member.name : `${at}!/${member.name}`;
    const shown = printable(inside, pathLengthMax);
    if (depth >= depthMax) {
      this.complain(shown, "unreadable", "it is nested too deep in other archives");
      return;
    }
    const opened = archive.open(member);
    if (opened.kind === "refused") {
      this.complain(shown, "unreadable", opened.reason);
      return;
    }
    if (opened.view.sizeBytes > 0) this.archive(member.name, opened.view, shown, depth + 1);
    archive.release(opened.view);
  }

  #read(archive: ZipArchive, member: ZipMember, at: string): Uint8Array | null {
    if (member.sizeBytes > recordBytesMax) {
      this.complain(at, "unreadable", `${printable(member.name, 200)} in it is too large`);
      return null;
    }
    const reading = archive.read(member);
    if (reading.kind === "read") return reading.bytes;
    this.complain(at, "unreadable", `${printable(member.name, 200)} in it cannot be read: ${reading.reason}`);
    return null;
  }

  #manifest(archive: ZipArchive, member: ZipMember | null, at: string): Manifest {
    const bytes = member === null ? null : this.#read(archive, member, at);
    return bytes === null ? new Map() : readManifest(bytes);
  }

  #poms(archive: ZipArchive, { folders }: Parts, at: string): readonly ModuleRecord[] {
    const records: ModuleRecord[] = [];
    for (const [folder, { properties, pom: pomMember }] of folders) {
      const pomBytes = pomMember === null ? null : this.#read(archive, pomMember, at);
      const pom = pomBytes === null ? null : readPom(decodeText(pomBytes));
      const bytes = properties === null ? null : this.#read(archive, properties, at);
      const coordinates = coordinatesOf(bytes, pom, folder);
      if (coordinates === null) {
        const shown = printable(folder, 300);
        this.complain(at, "unreadable", `the files in ${shown} name no group, artifact and version`);
      } else records.push({ coordinates, pom });
    }
    return records;
  }

  #name(
    path: string,
    view: FileView,
    at: string,
    archive: ZipArchive,
    manifest: Manifest,
    records: readonly ModuleRecord[],
  ): void {
    const poms = records.map(({ coordinates }) => coordinates);
    const identity = identify({ fileName: baseName(path), manifest, poms, holds: foldersOf(archive) });
    if (identity.kind === "none") {
      if (!isPlainFolder(archive))
        this.complain(at, "unnamed", "neither manifest nor file name tells what it is");
    } else if (identity.kind !== "poms") {
      const { coordinates } = identity;
      const record = records.find((each) => each.coordinates === coordinates);
      const sha1 = hashOf(view);
      this.modules.push({
        ...coordinates,
        at,
        by: identity.kind,
        ...(sha1 === null ? {} : { sha1 }),
        ...detailsOf(record?.pom ?? null, manifest),
      });
    }
    const own = identity.kind === "none" || identity.kind === "poms" ? null : identity.coordinates;
    for (const { coordinates, pom } of records) {
      if (coordinates === own || this.modules.length >= modulesMax) continue;
      this.modules.push({ ...coordinates, at, by: "shaded", ...detailsOf(pom, null) });
    }
    if (this.modules.length >= modulesMax) this.complain(at, "unreadable", "it holds too many modules");
  }
}

const depthMax = 8;
const complaintsMax = 40;
const modulesMax = 5000;
const pathLengthMax = 1000;
const recordBytesMax = 4 * 1024 ** 2;

/** Files of other programs share some of these extensions (`.rar`, `.par`, `.sar`, `.nar`): they are none of ours. */
function isSomethingElse(path: string, view: FileView): boolean {
  const start = view.read(0, 2);
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  return !isZip && !/\.(?:jar|war|ear|hpi|jpi)$/i.test(path);
}

interface ModuleRecord {
  readonly coordinates: Coordinates;
  readonly pom: Pom | null;
}

interface Parts {
  readonly manifest: ZipMember | null;
  /** `pom.properties` and `pom.xml` by their folder, `META-INF/maven/group/artifact`. */
  readonly folders: ReadonlyMap<string, { properties: ZipMember | null; pom: ZipMember | null }>;
  readonly inner: readonly ZipMember[];
}

function sortMembers(archive: ZipArchive): Parts {
  const folders = new Map<string, { properties: ZipMember | null; pom: ZipMember | null }>();
  const inner: ZipMember[] = [];
  let manifest: ZipMember | null = null;
  for (const member of archive.members((name) => isArchiveName(name) || isRecord(name))) {
    const { name } = member;
    if (name === MANIFEST) manifest ??= member;
    else if (!isRecord(name)) inner.push(member);
    else {
      const slash = name.lastIndexOf("/");
      const folder = name.slice(0, slash);
      const pair = folders.get(folder) ?? { properties: null, pom: null };
      if (name.endsWith(".xml")) pair.pom ??= member;
      else pair.properties ??= member;
      folders.set(folder, pair);
    }
  }
  return { manifest, folders, inner };
}

const MANIFEST = "META-INF/MANIFEST.MF";

function isRecord(name: string): boolean {
  if (name === MANIFEST) return true;
  return (name.endsWith("/pom.properties") || name.endsWith("/pom.xml")) && name.includes("META-INF/maven/");
}

/** By `pom.properties`, what is missing there by the pom, then by the folders, which Maven names so. */
export function coordinatesOf(
  properties: Uint8Array | null,
  pom: Pom | null,
  folder: string,
): Coordinates | null {
  const written = properties === null ? null : readPomProperties(decodeText(properties));
  const ofPom = (name: string): string | null => {
    const value = pom === null ? null : ownProperty(pom, `project.${name}`);
    return value === null || pom === null ? null : interpolate(value, (key) => ownProperty(pom, key));
  };
  const names = folder.split("/");
  const group = written?.group ?? namePart(ofPom("groupId")) ?? namePart(names.at(-2));
  const artifact = written?.artifact ?? namePart(ofPom("artifactId")) ?? namePart(names.at(-1));
  const version = written?.version ?? versionPart(ofPom("version"));
  return group === null || artifact === null || version === null ? null : { group, artifact, version };
}

/** Whether the archive has members below a folder; all names are looked at once, when first asked. */
function foldersOf(archive: ZipArchive): (folder: string) => boolean {
  let folders: Set<string> | null = null;
  return (folder) => {
    folders ??= allFolders(archive);
    return folders.has(folder);
  };
}

function allFolders(archive: ZipArchive): Set<string> {
  const folders = new Set<string>();
  let last = "";
  archive
    .members((name) => {
      const folder = name.slice(0, name.lastIndexOf("/") + 1);
      if (folder === last) return false;
      last = folder;
      for (let end = folder.indexOf("/"), deep = 0; end !== -1 && deep < foldersDeepMax; deep += 1) {
        folders.add(folder.slice(0, end + 1));
        end = folder.indexOf("/", end + 1);
      }
      return false;
    })
    .next();
  return folders;
}

/** The roots of known projects are at most this deep. */
const foldersDeepMax = 5;

/** An archive without a single class has no code that could be known by a name: fonts, resources, empty markers. */
function isPlainFolder(archive: ZipArchive): boolean {
  return archive.members((name) => name.endsWith(".class")).next().done === true;
}

/** SHA-1 in hexadecimal; null past a ceiling: no repository holds such jars. */
function hashOf(view: FileView): string | null {
  if (view.sizeBytes > hashedBytesMax) return null;
  const hash = createHash("sha1");
  for (let at = 0; at < view.sizeBytes;) {
    const piece = view.read(at, HASH_STEP);
    if (piece.length === 0) return null;
    hash.update(piece);
    at += piece.length;
  }
  return hash.digest("hex");
}

const HASH_STEP = 1024 ** 2;
const hashedBytesMax = 512 * 1024 ** 2;
