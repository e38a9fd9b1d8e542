/**
 * The `License` field of R packages (https://cran.r-project.org/doc/manuals/R-exts.html#Licensing) in words that SPDX has:
 * `GPL (>= 2)`, `MIT + file LICENSE`, `GPL-2 | GPL-3`.
 */
import { spdxLicenses } from "../shared/licenses.ts";

export function cranLicenses(field: string): readonly string[] {
  const choices = field
    .slice(0, fieldLengthMax)
    .split("|")
    .map(translate)
    .filter((choice) => choice !== "");
  return spdxLicenses([choices.join(" OR ")]);
}

const fieldLengthMax = 1000;

/** One choice; what is added in a file of the package (names, exceptions) is not read. */
function translate(choice: string): string {
  const text = choice.replace(/\+ *file *LICEN[CS]E\b/gi, "").trim();
  if (/^file *LICEN[CS]E$/i.test(text)) return "";
  const [, family, version] = RANGE.exec(text) ?? [];
  const known = family === undefined ? undefined : families[family];
  if (known === undefined || version === undefined) return names[text] ?? text;
  const full = version.includes(".") ? version : `${version}.0`;
  // SPDX has no "or later" but for the licences of GNU; the version that is named is what is known.
  if (known === "Apache") return `Apache-${full}`;
  return `${known}-${full}-${text.includes(">") ? "or-later" : "only"}`;
}

const RANGE = /^([A-Z][A-Za-z ]{2,40}?)(?: *\((?:>=|==) *|-| )v?(\d(?:\.\d)?)\)?$/;
const families: Readonly<Record<string, string>> = {
  GPL: "GPL",
  LGPL: "LGPL",
  AGPL: "AGPL",
  "GNU General Public License": "GPL",
  Apache: "Apache",
  "Apache License": "Apache",
};
const names: Readonly<Record<string, string>> = {
  BSD_2_clause: "BSD-2-Clause",
  BSD_3_clause: "BSD-3-Clause",
  CC0: "CC0-1.0",
  "CC BY 4.0": "CC-BY-4.0",
};
