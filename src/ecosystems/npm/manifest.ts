/**
 * `package.json` of an installed package (https://docs.npmjs.com/cli/configuring-npm/package-json), with the forms that
 * `author` and `license` had over the years.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { Json } from "../../domain/files.ts";
import type { PackageDigest } from "../../domain/package.ts";
import { integrityDigests } from "../shared/digests.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import {
  authorLengthMax,
  descriptionLengthMax,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import { vcsUrl } from "../shared/vcs-url.ts";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  /** What it needs at run time: optional and peer dependencies too, which may not be there. */
  readonly needs: readonly Need[];
  /** Written by npm 6 and earlier only. */
  readonly digests: readonly PackageDigest[];
  readonly vcsUrl: string | null;
}

/** A dependency: the folder it is looked for by, and the package's own name, which an alias (`npm:real@1`) tells. */
export interface Need {
  readonly folder: string;
  readonly name: string;
}

/** Null when the document has no valid name and version: nothing that npm could have installed from a registry. */
export function readManifest(document: unknown): Manifest | null {
  const fields = recordOf(document);
  if (fields === null) return null;
  const { name, version } = fields;
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  return {
    name,
    version,
    licenses: spdxLicenses([...licenseTexts(fields["license"]), ...licenseTexts(fields["licenses"])]),
    author: readPerson(fields["author"]),
    description: shortText(fields["description"], descriptionLengthMax),
    needs: needsOf(fields),
    digests: integrityDigests(fields["_integrity"]),
    vcsUrl: vcsUrl(fields["_resolved"]),
  };
}

/** The manifest as what an inspector returns, and back. */
export function packManifest(manifest: Manifest): Json {
  const { name, version, licenses, author, description, needs } = manifest;
  return {
    name,
    version,
    licenses,
    author,
    description,
    needs: needs.map((need) => [need.folder, need.name]),
  };
}

export function unpackManifest(value: JsonRecord): Manifest | null {
  const { name, version, licenses, author, description, needs } = value;
  if (typeof name !== "string" || typeof version !== "string") return null;
  return {
    name,
    version,
    licenses: Array.isArray(licenses) ? licenses.filter((text) => typeof text === "string") : [],
    author: typeof author === "string" ? author : null,
    description: typeof description === "string" ? description : null,
    needs: (Array.isArray(needs) ? (needs as unknown[]) : []).flatMap((need) => {
      const [folder, real] = Array.isArray(need) ? (need as unknown[]) : [];
      return typeof folder === "string" && typeof real === "string" ? [{ folder, name: real }] : [];
    }),
    digests: [],
    vcsUrl: null,
  };
}

/** What a `package.json` or an entry of a lock file says the package needs, each name once. */
export function needsOf(fields: JsonRecord): readonly Need[] {
  const needs = new Map<string, Need>();
  for (const field of needFields) {
    for (const [folder, range] of Object.entries(recordOf(fields[field]) ?? {})) {
      if (needs.size >= needsMax) break;
      if (isToken(folder, nameLengthMax)) needs.set(folder, { folder, name: aliased(range) ?? folder });
    }
  }
  return [...needs.values()];
}

const needFields = ["dependencies", "optionalDependencies", "peerDependencies"] as const;

/** Real packages stay below a few hundred. */
const needsMax = 5000;

/** `npm:real@^1.0.0` names another package than the folder; null: it does not. */
function aliased(range: unknown): string | null {
  if (typeof range !== "string" || !range.startsWith("npm:")) return null;
  const at = range.indexOf("@", 5);
  const name = range.slice(4, at === -1 ? undefined : at);
  return isToken(name, nameLengthMax) ? name : null;
}

/** `"MIT"`, `{ "type": "MIT", "url": … }`, or an array of either. */
function licenseTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.slice(0, licensesMax).flatMap((entry) => oneLicense(entry));
  return oneLicense(value);
}

const licensesMax = 50;

function oneLicense(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  const fields = recordOf(value);
  const type = fields?.["type"] ?? fields?.["name"];
  return typeof type === "string" ? [type] : [];
}

/** `"Name <mail> (url)"` as written, or `{ name, email }` in the same form. */
function readPerson(value: unknown): string | null {
  if (typeof value === "string") return shortText(value, authorLengthMax);
  const fields = recordOf(value);
  const name = shortText(fields?.["name"], authorLengthMax);
  const email = shortText(fields?.["email"], authorLengthMax);
  if (name === null) return email;
  return email === null ? name : shortText(`${name} <${email}>`, authorLengthMax);
}
