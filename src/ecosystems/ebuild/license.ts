/**
 * Gentoo's licences as an expression: `GPL-2+ || ( MIT BSD )` means GPL-2+ and one of the others.
 * Syntax: https://projects.gentoo.org/pms/8/pms.html#dependency-specification-format
 */

/** An expression with `AND` and `OR`; null when it says nothing. Reads in one pass, without recursion. */
export function licenseExpression(text: string): string | null {
  const open: Group[] = [{ operator: "AND", parts: [] }];
  let operator: Group["operator"] = "AND";
  for (const word of text.split(/\s+/)) {
    if (word === "||") operator = "OR";
    else if (word === "(") {
      open.push({ operator, parts: [] });
      operator = "AND";
    } else if (word === ")") close(open);
    // `flag? ( … )`: what the flag asks for was there, or Portage would not have written it.
    else if (word !== "" && !word.endsWith("?") && word !== "metapackage") {
      open.at(-1)?.parts.push(names[word] ?? word);
    }
  }
  while (open.length > 1) close(open);
  return join(open[0]);
}

interface Group {
  readonly operator: "AND" | "OR";
  readonly parts: string[];
}

/** The innermost group becomes a part of the one around it. */
function close(open: Group[]): void {
  if (open.length < 2) return;
  const inner = join(open.pop());
  if (inner !== null) open.at(-1)?.parts.push(inner.includes(" ") ? `(${inner})` : inner);
}

function join(group: Group | undefined): string | null {
  if (group === undefined || group.parts.length === 0) return null;
  return group.parts.join(` ${group.operator} `);
}

/** Names of Gentoo (https://gitweb.gentoo.org/repo/gentoo.git/tree/licenses) that mean something else, or nothing, elsewhere. */
const names: Readonly<Record<string, string>> = {
  Artistic: "Artistic-1.0",
  "Artistic-2": "Artistic-2.0",
  BSD: "BSD-3-Clause",
  "BSD-1": "BSD-1-Clause",
  "BSD-2": "BSD-2-Clause",
  "BSD-4": "BSD-4-Clause",
  "Boost-1.0": "BSL-1.0",
  "FDL-1.1": "GFDL-1.1-only",
  "FDL-1.2": "GFDL-1.2-only",
  "FDL-1.2+": "GFDL-1.2-or-later",
  "FDL-1.3": "GFDL-1.3-only",
  "FDL-1.3+": "GFDL-1.3-or-later",
  OPENLDAP: "OLDAP-2.8",
  "PSF-2": "PSF-2.0",
  ZLIB: "Zlib",
  icu: "ICU",
  libpng2: "libpng-2.0",
  openssl: "OpenSSL",
};
