/**
 * Projects of .NET that no lock file pins (https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files):
 * what they name themselves, with versions from `Directory.Packages.props` and properties from `Directory.Build.props` above them.
 * NuGet takes the lowest version that fits, so `1.2.3` is 1.2.3; ranges and `1.*` name none.
 */
import type { WantedFile } from "../../domain/files.ts";
import { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, folderOf, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { childText, readXml, type XmlElement } from "../shared/xml.ts";
import type { NugetPin } from "./nuspec.ts";

export function isProject(path: string): boolean {
  return path.endsWith(".csproj") || path.endsWith(".fsproj") || path.endsWith(".vbproj");
}

export const propsFiles: readonly string[] = ["Directory.Packages.props", "Directory.Build.props"];

/** What a project names, by its file. Those with a lock file beside them are left out. */
export function readUnlockedProjects(
  files: readonly WantedFile[],
  lockedFolders: ReadonlySet<string>,
): readonly {
  readonly file: WantedFile;
  readonly pins: readonly NugetPin[];
  readonly problems: FileProblems;
}[] {
  const props = new Map<string, readonly XmlElement[]>();
  for (const file of files)
    if (propsFiles.includes(baseName(file.path))) props.set(file.path, elementsOf(file) ?? []);
  return files
    .filter(({ path }) => isProject(path) && !lockedFolders.has(folderOf(path)))
    .map((file) => {
      const problems = new FileProblems(file);
      const own = elementsOf(file);
      if (own === null) problems.add("PARSE_FAILED", "the file is no project that can be read");
      const pins = pinsOf(own ?? [], above(file.path, props), problems);
      return { file, pins, problems };
    });
}

/** Elements inside of property and item groups, wherever they stand; null: it is no project file. */
function elementsOf(file: WantedFile): readonly XmlElement[] | null {
  const root = readXml(decodeText(file.bytes));
  if (root?.name !== "Project") return null;
  return root.children
    .flatMap((child) => (child.name === "Choose" ? child.children.flatMap((when) => when.children) : [child]))
    .filter(({ name }) => name === "PropertyGroup" || name === "ItemGroup")
    .flatMap(({ children }) => children);
}

/** Elements of the nearest file of each kind above a project, as MSBuild imports them. */
function above(path: string, props: ReadonlyMap<string, readonly XmlElement[]>): readonly XmlElement[] {
  return propsFiles.flatMap((name) => {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const found = props.get(folder === "" ? name : `${folder}/${name}`);
      if (found !== undefined) return found;
      if (folder === "") return [];
    }
  });
}

function pinsOf(
  own: readonly XmlElement[],
  shared: readonly XmlElement[],
  problems: FileProblems,
): readonly NugetPin[] {
  const all = [...shared, ...own];
  const properties = new Map(
    all.filter(({ children }) => children.length === 0).map(({ name, text }) => [name.toLowerCase(), text]),
  );
  const central = new Map<string, string>();
  for (const element of all.filter(({ name }) => name === "PackageVersion"))
    for (const name of namesOf(element)) central.set(name.toLowerCase(), versionIn(element));
  const references = all.filter(
    ({ name }) => name === "PackageReference" || name === "GlobalPackageReference",
  );
  const pins: NugetPin[] = [];
  for (const element of references) {
    for (const written of namesOf(element)) {
      const name = withValues(written, properties);
      const version = exactVersion(withValues(versionIn(element), properties), () =>
        withValues(central.get(name.toLowerCase()) ?? "", properties),
      );
      if (isToken(name, nameLengthMax) && version !== null) pins.push({ name, version });
      else problems.add("DEPENDENCY_UNPINNED", `${name.slice(0, 200)} has no exact version`);
    }
  }
  if (references.length > 0)
    problems.add("DEPENDENCY_UNPINNED", "no lock file pins what the packages of this project need in turn");
  return pins;
}

/** `Include` of a reference, `Update` of one that an imported file has; several are parted by semicolons. */
function namesOf({ attributes }: XmlElement): readonly string[] {
  const written = attributes.get("Include") ?? attributes.get("Update") ?? "";
  return written
    .split(";")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function versionIn(element: XmlElement): string {
  const { attributes } = element;
  return (
    attributes.get("VersionOverride") ??
    childText(element, "VersionOverride") ??
    attributes.get("Version") ??
    childText(element, "Version") ??
    ""
  );
}

/** `$(Name)` replaced, a few times over: properties may name others. */
function withValues(text: string, properties: ReadonlyMap<string, string>): string {
  let result = text;
  for (let round = 0; round < 8 && result.includes("$("); round += 1) {
    const next = result.replace(
      /\$\(([\w.-]{1,100})\)/g,
      (whole, name: string) => properties.get(name.toLowerCase()) ?? whole,
    );
    if (next.length > 1000) return result;
    result = next;
  }
  return result;
}

function exactVersion(written: string, central: () => string): string | null {
  const text = (written === "" ? central() : written).trim();
  const exact = /^\[([^,[\]()]+)\]$/.exec(text)?.[1]?.trim() ?? text;
  return /^[0-9][0-9A-Za-z.+-]*$/.test(exact) && isToken(exact, versionLengthMax) ? exact : null;
}
