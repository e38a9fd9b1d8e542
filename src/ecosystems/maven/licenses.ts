/**
 * Licences of jars: poms and OSGi bundles name them by addresses as often as by names.
 */
import { spdxLicenses } from "../shared/licenses.ts";
import type { PomLicense } from "./pom.ts";

/** SPDX expressions of a pom's licences. Where name and address mean the same licence, the known one counts. */
export function pomLicenses(licenses: readonly PomLicense[]): readonly string[] {
  return [...new Set(licenses.flatMap(({ name, url }) => oneLicense(name, url)))].sort();
}

function oneLicense(name: string | null, url: string | null): readonly string[] {
  const byName = spdxLicenses(name === null ? [] : [name]);
  const isKnown = byName.some((expression) => !expression.includes("LicenseRef-"));
  const byUrl = url === null ? null : licenseOfUrl(url);
  if (isKnown || (byUrl === null && byName.length > 0)) return byName;
  return byUrl === null ? [] : [byUrl];
}

/** Of `Bundle-License`: `Apache-2.0;link="…", https://www.eclipse.org/legal/epl-2.0` (OSGi core 3.2.1.11). */
export function bundleLicenses(header: string): readonly string[] {
  const licenses = header
    .slice(0, headerLengthMax)
    // Addresses may hold commas only in quotes, as may descriptions.
    .replace(/"[^"]*"/g, (quoted) => quoted.replaceAll(/[,;]/g, " "))
    .split(",")
    .map((clause) => {
      const [name = "", ...attributes] = clause.split(";").map((part) => part.trim());
      const link = attributes.find((part) => part.startsWith("link="));
      const url = link === undefined ? null : link.slice(5).replaceAll('"', "");
      if (name === "" || name === "<<EXTERNAL>>") return { name: null, url };
      const text = name.replaceAll('"', "");
      return /^https?:/i.test(text) ? { name: null, url: text } : { name: text, url };
    });
  return pomLicenses(licenses);
}

const headerLengthMax = 2000;

/** The licence that stands at a well-known address; null when the address is none of them. */
function licenseOfUrl(url: string): string | null {
  const key = url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/(?:\.(?:txt|html|htm|php|md))?[/#]?$/, "");
  const known = addresses.get(key);
  if (known !== undefined) return known;
  const listed = /^(?:spdx|opensource)\.org\/licenses?\/([a-z0-9.-]{1,60})$/.exec(key)?.[1];
  const [expression] = listed === undefined ? [] : spdxLicenses([listed]);
  return expression === undefined || expression.startsWith("LicenseRef-") ? null : expression;
}

const addresses: ReadonlyMap<string, string> = new Map([
  ["apache.org/licenses/license-2.0", "Apache-2.0"],
  ["apache.org/licenses", "Apache-2.0"],
  ["apache.org/licenses/license-1.1", "Apache-1.1"],
  ["opensource.org/licenses/apache2.0", "Apache-2.0"],
  ["eclipse.org/legal/epl-v10", "EPL-1.0"],
  ["eclipse.org/legal/epl-v20", "EPL-2.0"],
  ["eclipse.org/legal/epl-2.0", "EPL-2.0"],
  ["eclipse.org/org/documents/epl-v10", "EPL-1.0"],
  ["eclipse.org/org/documents/epl-2.0/epl-2.0", "EPL-2.0"],
  ["eclipse.org/org/documents/edl-v10", "BSD-3-Clause"],
  ["opensource.org/licenses/mit-license", "MIT"],
  ["opensource.org/licenses/mit", "MIT"],
  ["opensource.org/licenses/bsd-3-clause", "BSD-3-Clause"],
  ["opensource.org/licenses/bsd-2-clause", "BSD-2-Clause"],
  ["gnu.org/licenses/lgpl-2.1", "LGPL-2.1-only"],
  ["gnu.org/licenses/old-licenses/lgpl-2.1", "LGPL-2.1-only"],
  ["gnu.org/licenses/lgpl-3.0", "LGPL-3.0-only"],
  ["gnu.org/licenses/gpl-2.0", "GPL-2.0-only"],
  ["gnu.org/licenses/gpl-3.0", "GPL-3.0-only"],
  ["gnu.org/software/classpath/license", "GPL-2.0-only WITH Classpath-exception-2.0"],
  ["openjdk.java.net/legal/gplv2+ce", "GPL-2.0-only WITH Classpath-exception-2.0"],
  ["mozilla.org/mpl/2.0", "MPL-2.0"],
  ["mozilla.org/en-us/mpl/2.0", "MPL-2.0"],
  ["creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"],
  ["bouncycastle.org/licence", "MIT"],
]);
