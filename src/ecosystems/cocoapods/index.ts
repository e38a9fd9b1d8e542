/**
 * Pods of CocoaPods, as `Podfile.lock` of a source tree pins them. A compiled application does not tell of its pods.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { listOf, textsOf } from "../shared/json-text.ts";
import { nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { unpinnedProjects } from "../shared/unpinned.ts";
import { readYaml } from "../shared/yaml-text.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { cocoapodsNaming } from "./naming.ts";

export const cocoapods: Ecosystem = {
  ...cocoapodsNaming,
  title: "CocoaPods",
  specs: ["https://guides.cocoapods.org/using/using-cocoapods.html#what-is-podfilelock"],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: true,
    files: false,
    proof: "by-specification",
  },
  endings: [],
  wants,
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "sources" || !(path.endsWith("Podfile.lock") || path.endsWith("Podfile"))) return false;
  const name = baseName(path);
  return name === "Podfile.lock" || name === "Podfile";
}

function catalog(files: readonly WantedFile[]): CatalogResult {
  const result = readEach(
    files.filter(({ path }) => path.endsWith(".lock")),
    readLock,
  );
  const project = {
    manifest: "Podfile",
    locks: ["Podfile.lock"],
    hasDependencies: (text: string) => /^[ \t]*pod\b/m.test(text),
  };
  return { ...result, problems: [...result.problems, ...unpinnedProjects(files, project)] };
}

/** `PODS`: texts `Name/Part (1.2.3)`, or a map of one to the list of what it needs: `Other (~> 1.0)`. */
function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const root = recordOf(readYaml(file, problems));
  const pods = root?.["PODS"];
  if (!Array.isArray(pods)) {
    if (root !== null) problems.add("PARSE_FAILED", "the file is no lock file of CocoaPods");
    return nothingRead;
  }
  const external = recordOf(root?.["EXTERNAL SOURCES"]) ?? {};
  const nodes = listOf(pods).flatMap((entry): readonly PackageNode[] => {
    const [written = "", needs] =
      typeof entry === "string" ? [entry, []] : (Object.entries(recordOf(entry) ?? {})[0] ?? []);
    const [, fullName = "", version = ""] = POD.exec(written) ?? [];
    const [name = "", ...parts] = fullName.split("/");
    // Pods of folders are the project's own.
    const source = recordOf(external[name]);
    if (source !== null && (":path" in source || ":podspec" in source)) return [];
    if (!isToken(fullName, nameLengthMax) || name === "" || !isToken(version, versionLengthMax)) {
      problems.add("RECORD_INVALID", `the pod ${written.slice(0, 200)} has no valid name and version`);
      return [];
    }
    const pkg = packageOf(file, { type: "cocoapods", name, version, subpath: parts.join("/") });
    return [{ pkg, names: [fullName], needs: textsOf(needs).map((need) => need.replace(/ \(.*$/, "")) }];
  });
  return { packages: withEdges(nodes) };
}

const POD = /^(\S{1,300}) \(([^()\s]{1,300})\)$/;
