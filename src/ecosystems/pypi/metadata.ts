/**
 * Metadata of an installed Python distribution: `METADATA` of a dist-info folder, `PKG-INFO` of an egg.
 * Source: https://packaging.python.org/en/latest/specifications/core-metadata/
 */
import { spdxExpression, spdxLicenses } from "../shared/licenses.ts";
import { readStanzas } from "../shared/rfc822.ts";
import {
  authorLengthMax,
  baseName,
  descriptionLengthMax,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";

export interface Metadata {
  /** As written, not normalised. */
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  /** Lines of `Requires-Dist`: `requests (>=2.8) ; extra == "socks"`. */
  readonly requires: readonly string[];
}

/** Reads the header; name and version come from the folder's name where it has none. Null when neither tells. */
export function readMetadata(text: string, path: string): Metadata | null {
  const header = readStanzas(text, fieldNames, "folded").next().value ?? null;
  const fields: ReadonlyMap<string, string> = header?.fields ?? new Map<string, string>();
  const folder = fromFolder(path);
  const name = validOr(fields.get("name"), nameLengthMax, folder?.name);
  const version = validOr(fields.get("version"), versionLengthMax, folder?.version);
  if (name === null || version === null) return null;
  return {
    name,
    version,
    licenses: licensesOf(fields, header?.repeated.get("classifier") ?? []),
    author:
      shortText(fields.get("author"), authorLengthMax) ??
      shortText(fields.get("author-email"), authorLengthMax),
    description: shortText(fields.get("summary")?.split("\n", 1)[0], descriptionLengthMax),
    requires: (header?.repeated.get("requires-dist") ?? []).slice(0, requiresMax),
  };
}

/** Real packages stay below a few hundred, extras included. */
const requiresMax = 2000;

const fieldNames = new Set([
  "name",
  "version",
  "summary",
  "author",
  "author-email",
  "license",
  "license-expression",
  "classifier",
  "requires-dist",
]);

function validOr(value: string | undefined, lengthMax: number, other: string | undefined): string | null {
  if (isToken(value, lengthMax)) return value;
  return isToken(other, lengthMax) ? other : null;
}

/** `…/zope.interface-5.0.dist-info/METADATA`, `…/foo-1.0-py3.9.egg-info`, `…/foo-1.0-py3.9.egg/EGG-INFO/PKG-INFO`. */
function fromFolder(path: string): { name: string; version: string } | null {
  const parts = path.split("/");
  const folder = parts.findLast((part) => FOLDER.test(part)) ?? baseName(path);
  const words = folder.replace(FOLDER, "").split("-");
  // Names are written without `-` there, but for those of old tools; versions start with a number.
  const at = words.findIndex((word, index) => index > 0 && VERSION_START.test(word));
  return at === -1 ? null : { name: words.slice(0, at).join("-"), version: words[at] ?? "" };
}

const VERSION_START = /^v?\d/i;

const FOLDER = /\.(?:dist-info|egg-info|egg)$/;

/**
 * `License-Expression` decides where it is given. Else the `License` text, when SPDX knows what it names; else the classifiers,
 * which are coarser (`BSD License`); else the text as it is.
 */
function licensesOf(fields: ReadonlyMap<string, string>, classifiers: readonly string[]): readonly string[] {
  const expression = fields.get("license-expression");
  if (expression !== undefined && expression !== "") return spdxLicenses([expression]);
  const text = fields.get("license") ?? "";
  const named = spdxExpression(text);
  if (named !== null && !named.includes("LicenseRef-")) return [named];
  const classified = spdxLicenses(
    classifiers
      .filter((classifier) => classifier.startsWith("License :: "))
      .map((classifier) => classifier.slice(classifier.lastIndexOf(" :: ") + 4))
      .filter((name) => name !== "OSI Approved"),
  );
  return classified.length > 0 ? classified : spdxLicenses([text]);
}
