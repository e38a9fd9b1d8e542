/**
 * Packages that a policy leaves alone, by package URL in three forms: with qualifiers (`?`) the full purl, with
 * a version (`@`) the purl without qualifiers, else every version of the package.
 */
import { PackageURL } from "packageurl-js";

/** Whether `text` is a package URL, e.g. `pkg:npm/%40types/node` or `pkg:npm/@types/node@20.1.0`. */
export function isPurl(text: string): boolean {
  return read(text) !== null;
}

/** A test for purls of packages: true when one of `entries` names it. One set look-up for each form. */
export function purlMatcher(entries: readonly string[]): (purl: string) => boolean {
  const keys = new Set<string>();
  for (const entry of entries) {
    const forms = formsOf(entry);
    keys.add(forms.hasQualifiers ? forms.full : forms.hasVersion ? forms.versioned : forms.bare);
  }
  if (keys.size === 0) return () => false;
  return (purl) => {
    const { full, versioned, bare } = formsOf(purl);
    return keys.has(full) || keys.has(versioned) || keys.has(bare);
  };
}

interface PurlForms {
  readonly full: string;
  readonly versioned: string;
  readonly bare: string;
  readonly hasVersion: boolean;
  readonly hasQualifiers: boolean;
}

/** Each form is prefixed, so that a bare entry never meets a purl that has no version. */
function formsOf(text: string): PurlForms {
  const purl = read(text);
  if (purl === null) {
    return {
      full: `full ${text}`,
      versioned: `version ${text}`,
      bare: `bare ${text}`,
      hasVersion: true,
      hasQualifiers: true,
    };
  }
  const { type, namespace, name, version } = purl;
  const bare = new PackageURL(type, namespace, name, undefined, undefined, undefined).toString();
  const versioned = new PackageURL(type, namespace, name, version, undefined, undefined).toString();
  return {
    full: `full ${purl.toString()}`,
    versioned: `version ${versioned}`,
    bare: `bare ${bare}`,
    hasVersion: typeof version === "string" && version !== "",
    hasQualifiers: Object.keys(purl.qualifiers ?? {}).length > 0,
  };
}

function read(text: string): PackageURL | null {
  try {
    return PackageURL.fromString(text);
  } catch {
    // Not a package URL: the caller says so, or compares the text as it is.
    return null;
  }
}
