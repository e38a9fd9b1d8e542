/**
 * `package.json` of an installed package (https://docs.npmjs.com/cli/configuring-npm/package-json), with the forms that
 * `author` and `license` had over the years.
 */
import { recordOf } from "../../domain/json-record.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import {
  authorLengthMax,
  descriptionLengthMax,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
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
  };
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
