/**
 * C and C++ packages of Conan. In an image: packages of Conan 1's cache and of deployed folders, whose paths name them. In a source
 * tree: `conan.lock` (Conan 1 and 2), and exact references of a `conanfile.txt` that no lock file pins.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { listOf, readJsonRecord, textOf, textsOf } from "../shared/json-text.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, folderOf, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { conanNaming } from "./naming.ts";

export const conan: Ecosystem = {
  ...conanNaming,
  title: "C and C++ packages of Conan",
  specs: [
    "https://docs.conan.io/2/tutorial/versioning/lockfiles.html",
    "https://docs.conan.io/2/reference/conanfile_txt.html",
    "https://docs.conan.io/1/versioning/lockfiles.html",
  ],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: true,
    files: true,
    proof: "real-artefact",
  },
  endings: ["/conaninfo.txt"],
  wants,
  catalog,
};

const CONANINFO = "/conaninfo.txt";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") {
    return (
      path.endsWith(CONANINFO) &&
      (path.includes("/.conan/data/") || path.includes("/.conan2/p/") || path.includes("full_deploy/"))
    );
  }
  const name = baseName(path);
  return name === "conan.lock" || name === "conanfile.txt";
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "installed") return readEach(files, readInstalled);
  const locked = new Set(
    files.filter(({ path }) => path.endsWith(".lock")).map(({ path }) => folderOf(path)),
  );
  const chosen = files.filter(({ path }) => path.endsWith(".lock") || !locked.has(folderOf(path)));
  return readEach(chosen, (file, problems) =>
    file.path.endsWith(".lock") ? readLock(file, problems) : readConanfile(file, problems),
  );
}

/** `.conan/data/<name>/<version>/<user>/<channel>/package/<id>/`, `full_deploy/host/<name>/<version>/<build type>/<arch>/`. */
function readInstalled(file: WantedFile, problems: FileProblems): FileReading {
  const folder = folderOf(file.path);
  const parts = folder.split("/");
  const data = parts.lastIndexOf("data");
  const deployed = parts.lastIndexOf("full_deploy");
  const inCache = data > 0 && parts[data - 1] === ".conan" && parts[data + 5] === "package";
  const [name, version] = inCache ? parts.slice(data + 1) : deployed === -1 ? [] : parts.slice(deployed + 2);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
    problems.add("RECORD_INVALID", "only the database of Conan's cache tells which package this is");
    return nothingRead;
  }
  const [user, channel] = inCache ? parts.slice(data + 3) : [];
  const pkg = packageOf(file, {
    type: "conan",
    name,
    version,
    // Conan 1 writes an underscore where there is none.
    qualifiers: {
      user: user === "_" ? null : (user ?? null),
      channel: channel === "_" ? null : (channel ?? null),
    },
  });
  return { packages: [pkg], claims: [claimOf(pkg.purl, folder, "folder")] };
}

/** Conan 2 has lists of references; Conan 1 a graph of numbered nodes. */
function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const root = readJsonRecord(file, problems);
  if (root === null) return nothingRead;
  const nodes = recordOf(recordOf(root["graph_lock"])?.["nodes"]);
  if (nodes !== null) return readGraph(nodes, file, problems);
  const lists = ["requires", "build_requires", "python_requires", "config_requires"].map(
    (name) => root[name],
  );
  if (lists.every((list) => !Array.isArray(list))) {
    problems.add("PARSE_FAILED", "the file is no lock file of Conan");
    return nothingRead;
  }
  const packages = lists.flatMap((list) =>
    listOf(list).flatMap((value) => {
      // Conan 2 writes a pair where it keeps ids of packages too.
      const text = textOf(value) ?? textOf(listOf(value)[0]) ?? "";
      const pkg = toPackage(text, file);
      if (pkg === null)
        problems.add("RECORD_INVALID", `the reference ${text.slice(0, 200)} has no valid name and version`);
      return pkg ?? [];
    }),
  );
  return { packages };
}

function readGraph(nodes: JsonRecord, file: WantedFile, problems: FileProblems): FileReading {
  const found = Object.entries(nodes).flatMap(([id, value]): readonly PackageNode[] => {
    const node = recordOf(value);
    const text = textOf(node?.["ref"]) ?? textOf(node?.["pref"]);
    // The project itself has a path, and a name only if it wants one.
    if (text === null || node?.["path"] !== undefined) return [];
    const pkg = toPackage(text, file);
    if (pkg === null)
      problems.add("RECORD_INVALID", `the reference ${text.slice(0, 200)} has no valid name and version`);
    return pkg === null ? [] : [{ pkg, names: [id], needs: textsOf(node?.["requires"]) }];
  });
  return { packages: withEdges(found) };
}

/** `[requires]` and `[tool_requires]`, a reference a line. */
function readConanfile(file: WantedFile, problems: FileProblems): FileReading {
  let section = "";
  const packages = decodeText(file.bytes)
    .split("\n")
    .flatMap((raw) => {
      const line = (raw.split("#", 1)[0] ?? "").trim();
      if (line.startsWith("[") && line.endsWith("]")) section = line;
      else if (line !== "" && /^\[(?:requires|tool_requires|build_requires)\]$/.test(section)) {
        const pkg = line.includes("[") ? null : toPackage(line, file);
        if (pkg === null) problems.add("DEPENDENCY_UNPINNED", `${line.slice(0, 200)} has no exact version`);
        return pkg ?? [];
      }
      return [];
    });
  return { packages };
}

/** `name/version@user/channel#recipe%time:package#revision`; all from the `@` on may be missing. */
function toPackage(text: string, file: WantedFile): Package | null {
  const [reference = ""] = text.split(":");
  const [beforeRevision = "", revision = ""] = reference.split("#");
  const [nameAndVersion = "", userAndChannel = ""] = beforeRevision.split("%", 1)[0]?.split("@") ?? [];
  const [name, version, ...rest] = nameAndVersion.split("/");
  const [user, channel] = userAndChannel.split("/");
  if (rest.length > 0 || !isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const rrev = revision.split("%", 1)[0] ?? "";
  return packageOf(file, {
    type: "conan",
    name,
    version,
    qualifiers: {
      user: isToken(user, nameLengthMax) ? user : null,
      channel: isToken(channel, nameLengthMax) ? channel : null,
      rrev: isToken(rrev, nameLengthMax) && rrev !== "0" ? rrev : null,
    },
  });
}
