/**
 * Project object models (`pom.xml`, https://maven.apache.org/ref/current/maven-model/maven.html): the parts that name packages.
 */
import { childOf, childrenOf, childText, readXml, type XmlElement } from "../shared/xml.ts";

export interface Pom {
  /** As written; null when it comes from the parent. */
  readonly groupId: string | null;
  readonly artifactId: string | null;
  readonly version: string | null;
  readonly parent: PomParent | null;
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly PomDependency[];
  /** `dependencyManagement`. */
  readonly managed: readonly PomDependency[];
  readonly licenses: readonly PomLicense[];
  readonly name: string | null;
  readonly description: string | null;
  /** The organization, else the first developer. */
  readonly author: string | null;
}

export interface PomParent {
  readonly groupId: string | null;
  readonly artifactId: string | null;
  readonly version: string | null;
  /** Path of the parent's pom or its folder; null: not written, `../pom.xml`. Empty: not in this tree. */
  readonly relativePath: string | null;
}

export interface PomDependency {
  readonly groupId: string | null;
  readonly artifactId: string | null;
  readonly version: string | null;
  readonly scope: string | null;
  readonly type: string | null;
  readonly isOptional: boolean;
}

export interface PomLicense {
  readonly name: string | null;
  readonly url: string | null;
}

/** The pom, or null when the text is none. */
export function readPom(text: string): Pom | null {
  const project = readXml(text, { bytesMax: pomLengthMax, depthMax: 60 });
  if (project?.name !== "project") return null;
  const properties = childOf(project, "properties")?.children ?? [];
  return {
    groupId: childText(project, "groupId"),
    artifactId: childText(project, "artifactId"),
    version: childText(project, "version"),
    parent: readParent(childOf(project, "parent")),
    properties: new Map(properties.slice(0, propertiesMax).map(({ name, text: value }) => [name, value])),
    dependencies: readDependencies(project),
    managed: readDependencies(childOf(project, "dependencyManagement")),
    licenses: childrenOf(childOf(project, "licenses"), "license")
      .slice(0, licensesMax)
      .map((license) => ({ name: childText(license, "name"), url: childText(license, "url") })),
    name: childText(project, "name"),
    description: childText(project, "description"),
    author:
      childText(childOf(project, "organization"), "name") ??
      childText(childOf(childOf(project, "developers"), "developer"), "name"),
  };
}

export const pomLengthMax = 4 * 1024 ** 2;
const propertiesMax = 5000;
const dependenciesMax = 5000;
const licensesMax = 20;

function readParent(parent: XmlElement | null): PomParent | null {
  if (parent === null) return null;
  const path = childOf(parent, "relativePath");
  return {
    groupId: childText(parent, "groupId"),
    artifactId: childText(parent, "artifactId"),
    version: childText(parent, "version"),
    relativePath: path === null ? null : path.text,
  };
}

function readDependencies(element: XmlElement | null): readonly PomDependency[] {
  return childrenOf(childOf(element, "dependencies"), "dependency")
    .slice(0, dependenciesMax)
    .map((dependency) => ({
      groupId: childText(dependency, "groupId"),
      artifactId: childText(dependency, "artifactId"),
      version: childText(dependency, "version"),
      scope: childText(dependency, "scope"),
      type: childText(dependency, "type"),
      isOptional: childText(dependency, "optional") === "true",
    }));
}

/**
 * The text with `${name}` replaced by what `lookUp` says, again in what was put in. Names that nobody knows stay, and so does
 * everything past the ceilings: properties may name each other in circles.
 */
export function interpolate(text: string, lookUp: (name: string) => string | null): string {
  let result = text;
  for (let round = 0; round < roundsMax && result.includes("${"); round += 1) {
    const next = result.replace(
      /\$\{([^${}]{1,200})\}/g,
      (whole, name: string) => lookUp(name.trim()) ?? whole,
    );
    if (next === result || next.length > textLengthMax) return result;
    result = next;
  }
  return result;
}

const roundsMax = 16;
const textLengthMax = 4000;

/** What `${…}` means in one pom alone: its properties, and `project.version` and the like. */
export function ownProperty(pom: Pom, name: string): string | null {
  const written = pom.properties.get(name);
  if (written !== undefined) return written;
  const field = name.replace(/^(?:project|pom)\./, "");
  if (field === name && !["version", "groupId", "artifactId"].includes(name)) return null;
  switch (field) {
    case "groupId":
      return pom.groupId ?? pom.parent?.groupId ?? null;
    case "artifactId":
      return pom.artifactId;
    case "version":
      return pom.version ?? pom.parent?.version ?? null;
    case "parent.groupId":
      return pom.parent?.groupId ?? null;
    case "parent.artifactId":
      return pom.parent?.artifactId ?? null;
    case "parent.version":
      return pom.parent?.version ?? null;
    default:
      return null;
  }
}
