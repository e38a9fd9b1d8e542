/**
 * What source trees pin for conda: `conda-lock.yml` (conda-lock), `pixi.lock`, lists of addresses (`@EXPLICIT`) and
 * `environment.yml`, whose entries pin a package when they say an exact version.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { listOf, textOf } from "../shared/json-text.ts";
import { nothingRead, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText } from "../shared/text.ts";
import { readYaml } from "../shared/yaml-text.ts";
import { needsOf, packageOfRecord, readFileName } from "./record.ts";

/** `conda-lock.yml`, version 1: `package`, a list; `manager` is conda or pip. */
export function readCondaLock(file: WantedFile, problems: FileProblems): FileReading {
  const document = readYaml(file, problems);
  if (document === undefined) return nothingRead;
  const list = recordOf(document)?.["package"];
  if (!Array.isArray(list)) {
    problems.add("PARSE_FAILED", "the file is no lock file of conda-lock");
    return nothingRead;
  }
  const nodes: PackageNode[] = [];
  for (const [index, value] of list.entries()) {
    const entry = recordOf(value);
    if (entry?.["manager"] === "pip") {
      problems.add(
        "DEPENDENCY_UNPINNED",
        `${String(entry["name"]).slice(0, 200)} comes from pip and is not read from this file`,
      );
      continue;
    }
    const url = textOf(entry?.["url"]) ?? "";
    const hash = recordOf(entry?.["hash"]);
    const pkg =
      entry === null
        ? null
        : packageOfRecord(
            {
              ...fromAddress(url),
              name: entry["name"],
              version: entry["version"],
              url,
              md5: hash?.["md5"],
              sha256: hash?.["sha256"],
            },
            file,
          );
    if (pkg === null)
      problems.add("RECORD_INVALID", `the entry number ${index + 1} has no valid name and version`);
    else {
      // Each platform has its own set.
      const platform = String(entry?.["platform"]);
      const needs = Object.keys(recordOf(entry?.["dependencies"]) ?? {});
      nodes.push({
        pkg,
        names: [`${platform} ${pkg.name}`],
        needs: needs.map((name) => `${platform} ${name.toLowerCase()}`),
      });
    }
  }
  return { packages: withEdges(nodes) };
}

/** `pixi.lock`: `packages`, a list of entries with an address under `conda`; those with `pypi` are Python's. */
export function readPixiLock(file: WantedFile, problems: FileProblems): FileReading {
  const document = readYaml(file, problems);
  if (document === undefined) return nothingRead;
  const list = recordOf(document)?.["packages"];
  if (!Array.isArray(list)) {
    problems.add("PARSE_FAILED", "the file is no lock file of pixi");
    return nothingRead;
  }
  const nodes = list.flatMap((value, index): readonly PackageNode[] => {
    const entry = recordOf(value);
    const url = textOf(entry?.["conda"]) ?? textOf(entry?.["url"]);
    if (entry === null || url === null || entry["kind"] === "pypi") {
      const name = textOf(entry?.["name"]) ?? `number ${index + 1}`;
      problems.add(
        "DEPENDENCY_UNPINNED",
        `the entry ${name.slice(0, 200)} is no package of conda and is not read from this file`,
      );
      return [];
    }
    const pkg = packageOfRecord({ ...entry, ...fromAddress(url), url }, file);
    if (pkg === null)
      problems.add("RECORD_INVALID", `the entry number ${index + 1} has no valid name and version`);
    return pkg === null ? [] : [{ pkg, names: [pkg.name], needs: needsOf(entry) }];
  });
  return { packages: withEdges(nodes) };
}

/** A list of addresses after `@EXPLICIT`, each with the md5 or sha256 of the package after `#`. */
export function readExplicitList(file: WantedFile, problems: FileProblems): FileReading {
  const lines = decodeText(file.bytes)
    .split("\n")
    .map((line) => line.trim());
  const start = lines.indexOf("@EXPLICIT");
  if (start === -1) {
    problems.add("PARSE_FAILED", "the file is no explicit list of conda");
    return nothingRead;
  }
  const packages = lines.slice(start + 1).flatMap((line) => {
    if (line === "" || line.startsWith("#")) return [];
    const [url = "", sum = ""] = line.split("#");
    const hash = sum.replace(/^sha256:/, "");
    const pkg = packageOfRecord({ ...fromAddress(url), url, md5: hash, sha256: hash }, file);
    if (pkg === null) problems.add("RECORD_INVALID", `the address ${url.slice(0, 200)} names no package`);
    return pkg ?? [];
  });
  return { packages };
}

/** Name, version, build and folder of an address. */
function fromAddress(url: string): Readonly<Record<string, unknown>> {
  const parts = readFileName(baseName(url));
  return parts === null ? {} : { ...parts, subdir: url.split("/").at(-2), fn: baseName(url) };
}

/** `dependencies`: `numpy=1.26.4=py312h1`, `numpy==1.26.4`, or looser; a map of `pip` is Python's. */
export function readEnvironment(file: WantedFile, problems: FileProblems): FileReading {
  const document = readYaml(file, problems);
  if (document === undefined) return nothingRead;
  const packages = listOf(recordOf(document)?.["dependencies"]).flatMap((entry) => {
    if (typeof entry !== "string") {
      problems.add("DEPENDENCY_UNPINNED", "packages that pip installs are not read from this file");
      return [];
    }
    const [, channel, name = "", version = "", build] = EXACT.exec(entry.trim()) ?? [];
    const pkg = packageOfRecord({ name: name.toLowerCase(), version, build, channel }, file);
    if (pkg === null) problems.add("DEPENDENCY_UNPINNED", `${entry.slice(0, 200)} says no exact version`);
    return pkg ?? [];
  });
  return { packages };
}

/** `channel::name=version=build` or `name==version`; a single `=` without a build stands for any version that begins so. */
const EXACT =
  /^(?:([\w./-]{1,200})::)?([\w.-]{1,200})(?: *== *(?=[\w.!+-]+$)|=(?=[\w.!+-]+=))([\w.!+-]{1,100})(?:=([\w.]{1,200}))?$/;
