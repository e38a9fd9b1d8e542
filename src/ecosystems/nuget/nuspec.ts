/**
 * `.nuspec` (https://learn.microsoft.com/nuget/reference/nuspec) of packages in a global packages folder, and `packages.config`.
 */
import { spdxLicenses } from "../shared/licenses.ts";
import { recordInvalid, type LockComplaint } from "../shared/pinned.ts";
import {
  authorLengthMax,
  descriptionLengthMax,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import { childOf, childrenOf, childText, readXml, type XmlElement } from "../shared/xml.ts";

export interface Nuspec {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  /** Names of what it needs, on whatever framework. */
  readonly needs: readonly string[];
}

/** Null: it is no nuspec with an id and a version. */
export function readNuspec(text: string): Nuspec | null {
  const metadata = childOf(readXml(text), "metadata");
  const name = childText(metadata, "id");
  const version = childText(metadata, "version")?.split("+")[0] ?? null;
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  return {
    name,
    version,
    licenses: licensesOf(metadata),
    author: shortText(childText(metadata, "authors"), authorLengthMax),
    description: shortText(childText(metadata, "description")?.replace(/\s+/g, " "), descriptionLengthMax),
    needs: needsOf(childOf(metadata, "dependencies")),
  };
}

/** An expression; of a file or an address only the well-known address `licenses.nuget.org/MIT` tells anything. */
function licensesOf(metadata: XmlElement | null): readonly string[] {
  const license = childOf(metadata, "license");
  if (license?.attributes.get("type") === "expression") return spdxLicenses([license.text]);
  const url = childText(metadata, "licenseUrl") ?? "";
  const known =
    /^https?:\/\/(?:licenses\.nuget\.org|opensource\.org\/licenses)\/([A-Za-z0-9.%+-]{1,100})\/?$/.exec(
      url,
    )?.[1];
  const found = spdxLicenses(known === undefined ? [] : [known.replaceAll("%20", " ")]);
  return found.filter((expression) => !expression.startsWith("LicenseRef-"));
}

function needsOf(dependencies: XmlElement | null): readonly string[] {
  const groups = dependencies === null ? [] : [dependencies, ...childrenOf(dependencies, "group")];
  const names = groups
    .flatMap((group) => childrenOf(group, "dependency"))
    .map(({ attributes }) => attributes.get("id") ?? "");
  return [...new Set(names.filter((name) => name !== ""))].slice(0, needsMax);
}

const needsMax = 500;

export interface NugetPin {
  readonly name: string;
  readonly version: string;
}

/** `<package id="…" version="…"/>`, https://learn.microsoft.com/nuget/reference/packages-config. Null: it is something else. */
export function readPackagesConfig(
  text: string,
): { readonly pins: readonly NugetPin[]; readonly complaints: readonly LockComplaint[] } | null {
  const root = readXml(text);
  if (root?.name !== "packages") return null;
  const pins: NugetPin[] = [];
  const complaints: LockComplaint[] = [];
  for (const { attributes } of childrenOf(root, "package")) {
    const name = attributes.get("id");
    const version = attributes.get("version");
    if (isToken(name, nameLengthMax) && isToken(version, versionLengthMax)) pins.push({ name, version });
    else complaints.push(recordInvalid(name ?? "", "has no id and version"));
  }
  return { pins, complaints };
}
