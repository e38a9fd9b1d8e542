/**
 * Lock files of Gradle (https://docs.gradle.org/current/userguide/dependency_locking.html), sbt's dependency lock
 * (https://github.com/stringbean/sbt-dependency-lock) and the revisions that an `ivy.xml` names
 * (https://ant.apache.org/ivy/history/latest-milestone/ivyfile/dependency.html).
 */
import { recordOf } from "../../domain/json-record.ts";
import { recordInvalid, type LockComplaint } from "../shared/pinned.ts";
import { childOf, childrenOf, readXml } from "../shared/xml.ts";
import { namePart, versionPart, type Coordinates } from "./manifest.ts";

export interface ModuleLock {
  readonly modules: readonly Coordinates[];
  readonly complaints: readonly LockComplaint[];
}

/** Lines of `group:artifact:version`, followed by `=configurations` since Gradle 7; `empty=` lists those without any. */
export function readGradleLock(text: string): ModuleLock {
  const modules: Coordinates[] = [];
  const complaints: LockComplaint[] = [];
  for (const line of text.split("\n")) {
    const entry = line.trim();
    if (entry === "" || entry.startsWith("#") || entry.startsWith("empty=")) continue;
    const [group, artifact, version, ...rest] = (entry.split("=")[0] ?? "").split(":");
    const found = rest.length > 0 ? null : coordinates(group, artifact, version);
    if (found === null) complaints.push(recordInvalid(entry, "is no group, artifact and version"));
    else modules.push(found);
  }
  return { modules, complaints };
}

/** JSON with `dependencies`, each of `org`, `name` and `version`; null: it is something else. */
export function readSbtLock(text: string): ModuleLock | null {
  const list = recordOf(parseJson(text))?.["dependencies"];
  if (!Array.isArray(list)) return null;
  const modules: Coordinates[] = [];
  const complaints: LockComplaint[] = [];
  for (const [index, value] of list.entries()) {
    const entry = recordOf(value);
    const found = coordinates(entry?.["org"], entry?.["name"], entry?.["version"]);
    if (found === null)
      complaints.push(recordInvalid(`number ${index + 1}`, "has no organisation, name and version"));
    else modules.push(found);
  }
  return { modules, complaints };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Dependencies with an exact revision; `latest.integration`, `1.+` and ranges are complaints. Null: it is no Ivy file. */
export function readIvy(text: string): ModuleLock | null {
  const root = readXml(text);
  if (root?.name !== "ivy-module") return null;
  const modules: Coordinates[] = [];
  const complaints: LockComplaint[] = [];
  const own = childOf(root, "info")?.attributes.get("organisation");
  for (const { attributes } of childrenOf(childOf(root, "dependencies"), "dependency")) {
    const name = attributes.get("name") ?? "";
    const revision = attributes.get("rev") ?? "";
    if (revision.startsWith("latest.") || /[+[\](),$]/.test(revision)) {
      complaints.push({
        code: "DEPENDENCY_UNPINNED",
        message: `${name.slice(0, 200)} has no exact revision`,
      });
      continue;
    }
    const found = coordinates(attributes.get("org") ?? own, name, revision);
    if (found === null) complaints.push(recordInvalid(name, "has no organisation, name and revision"));
    else modules.push(found);
  }
  return { modules, complaints };
}

function coordinates(group: unknown, artifact: unknown, version: unknown): Coordinates | null {
  const parts = {
    group: namePart(typeof group === "string" ? group : null),
    artifact: namePart(typeof artifact === "string" ? artifact : null),
    version: versionPart(typeof version === "string" ? version : null),
  };
  if (parts.group === null || parts.artifact === null || parts.version === null) return null;
  return { group: parts.group, artifact: parts.artifact, version: parts.version };
}
