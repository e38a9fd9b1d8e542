/**
 * Names that people give to licences, and the SPDX identifiers they mean. Facts only: a name that could mean several licences
 * (`BSD`) maps to nothing here and becomes a `LicenseRef-…`, because a wrong identifier is worse than none.
 */
import deprecatedIds from "spdx-license-ids/deprecated.json" with { type: "json" };
import currentIds from "spdx-license-ids/index.json" with { type: "json" };

/** Where a text stands decides what some short names mean. */
export type LicenseDialect = "plain" | "debian" | "alpine";

/**
 * The SPDX identifier that one name means, or null when the name is unknown or ambiguous. `GPLv2+` gives
 * `GPL-2.0-or-later`, `Apache License, Version 2.0` gives `Apache-2.0`. The name is at most a few words long.
 */
export function findLicenseId(name: string, dialect: LicenseDialect): string | null {
  const exact = knownIds().get(name.toLowerCase());
  if (exact !== undefined) return currentForm(exact);
  if (/^licenseref-[a-z0-9.-]+$/i.test(name)) return `LicenseRef-${name.slice(11)}`;
  const key = nameKey(name);
  const alias = (dialect === "debian" ? debianNames.get(key) : undefined) ?? commonNames.get(key);
  if (alias !== undefined) return alias;
  return gnuLicense(key) ?? laterVersions(name);
}

/** The identifier of a licence exception, or null when SPDX lists none of this name. */
export function findExceptionId(name: string): string | null {
  const key = nameKey(name).replace(/ exceptions?\b/, "");
  return exceptionNames.get(key) ?? null;
}

/** The comparison form of a name: lower case, one space between words, without words that carry no meaning. */
function nameKey(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9.+]+/g, " ")
    .trim()
    .split(" ");
  return words
    .filter((word) => !fillers.has(word))
    .map((word) => word.replace(/^v(?=\d)/, ""))
    .join(" ")
    .replace("affero general public", "agpl")
    .replace("library or lesser general public", "lgpl")
    .replace("lesser general public", "lgpl")
    .replace("library general public", "lgpl")
    .replace("general public", "gpl")
    .replace("free documentation", "gfdl")
    .replace(/^gnu (?=[al]?gpl|gfdl)/, "");
}

const fillers = new Set(["license", "licence", "licenses", "the", "version", "v", "v.", "only"]);

/** `gpl 2+`, `gplv3`, `lgpl2.1`, `gpl 3 or later`, `gpl`. Without a number the licence lets the reader choose any version. */
function gnuLicense(key: string): string | null {
  const match = /^([al]?gpl|gfdl) ?v?(\d(?:\.\d{1,2})?)?(?:\.0)?(\+| \+| or later)?$/.exec(key);
  if (match === null) return null;
  const family = (match[1] ?? "").toUpperCase();
  const written = match[2];
  if (written === undefined) return gnuAnyVersion[family] ?? null;
  const version = written.includes(".") ? written : `${written}.0`;
  const id = `${family}-${version}-${match[3] === undefined ? "only" : "or-later"}`;
  return knownIds().get(id.toLowerCase()) ?? null;
}

const gnuAnyVersion: Readonly<Record<string, string>> = {
  GPL: "GPL-1.0-or-later",
  LGPL: "LGPL-2.0-or-later",
  AGPL: "AGPL-3.0-or-later",
  GFDL: "GFDL-1.1-or-later",
};

/** `Apache-2.0+`: a known identifier with the "or later" operator of SPDX. */
function laterVersions(name: string): string | null {
  if (!name.endsWith("+")) return null;
  const id = knownIds().get(name.slice(0, -1).toLowerCase());
  return id === undefined ? null : `${id}+`;
}

/** The GNU identifiers without `-only` and `-or-later` are deprecated and mean the same as these. */
function currentForm(id: string): string {
  if (!/^(?:[AL]?GPL|GFDL)-\d\.\d\+?$/.test(id)) return id;
  return id.endsWith("+") ? `${id.slice(0, -1)}-or-later` : `${id}-only`;
}

let ids: ReadonlyMap<string, string> | null = null;

/** Every identifier by its lower-case form; made on first use. */
function knownIds(): ReadonlyMap<string, string> {
  ids ??= new Map([...deprecatedIds, ...currentIds].map((id) => [id.toLowerCase(), id]));
  return ids;
}

/** One line per identifier: the names (in the form of `nameKey`) that mean it. */
function names(rows: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [id, list] of Object.entries(rows)) for (const name of list.split(", ")) map.set(name, id);
  return map;
}

const commonNames = names({
  "0BSD": "0bsd, bsd 0 clause, bsd zero clause, zero clause bsd",
  "Apache-1.1": "apache 1.1, apache software 1.1",
  "Apache-2.0":
    "apache 2.0, apache 2, apache2, apache2.0, apache 2.0.0, asl 2.0, asl2.0, apache software, apache software 2.0, apache",
  "Artistic-2.0": "artistic 2.0, artistic 2, artistic2",
  "BSD-2-Clause":
    "bsd 2 clause, bsd 2, bsd2, 2 clause bsd, simplified bsd, freebsd, bsd 2clause, bsd simplified",
  "BSD-3-Clause":
    "bsd 3 clause, bsd 3, bsd3, 3 clause bsd, new bsd, modified bsd, revised bsd, bsd new, bsd 3clause, new bsd 3 clause",
  "BSD-4-Clause": "bsd 4 clause, bsd 4, original bsd, bsd original",
  "BSL-1.0": "boost, boost 1.0, boost software, boost software 1.0, bsl 1",
  "CC0-1.0": "cc0, cc0 1.0, cc0 1.0 universal, cc0 1.0 universal cc0 1.0 public domain dedication",
  "CDDL-1.0": "cddl, cddl 1.0, common development and distribution 1.0",
  "EPL-1.0": "epl 1.0, eclipse public 1.0",
  "EPL-2.0": "epl 2.0, eclipse public 2.0",
  HPND: "hpnd, historical permission notice and disclaimer",
  ISC: "isc, iscl, isc iscl",
  MIT: "mit, expat, mit expat, expat mit, mit x11, x11 mit, mit x",
  "MIT-0": "mit 0, mit no attribution",
  "MPL-1.1": "mpl 1.1, mozilla public 1.1",
  "MPL-2.0": "mpl 2.0, mpl 2, mpl2, mpl2.0, mozilla public 2.0, mozilla public 2",
  "OFL-1.1": "ofl, ofl 1.1, sil open font 1.1",
  OpenSSL: "openssl",
  PostgreSQL: "postgresql",
  "PSF-2.0": "psf, psfl, psf 2.0, python software foundation, psf 2, python software foundation 2.0",
  "Python-2.0": "python, python 2.0",
  Unlicense: "unlicense, unlicense unlicense",
  WTFPL: "wtfpl, wtfpl 2, do what the fuck you want to public, do what the f ck you want to public",
  Zlib: "zlib, zlib libpng",
  "ZPL-2.1": "zpl 2.1, zope public 2.1",
  "LicenseRef-public-domain": "public domain, pd, publicdomain",
  "LicenseRef-BSD": "bsd",
  "LicenseRef-custom": "custom",
});

// https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-short-name
const debianNames = names({
  "Artistic-1.0-Perl": "artistic, artistic 1, artistic 1.0",
  "GFDL-1.1-no-invariants-only": "gfdl niv 1.1",
  "GFDL-1.1-no-invariants-or-later": "gfdl niv 1.1+, gfdl niv",
  "GFDL-1.2-no-invariants-only": "gfdl niv 1.2",
  "GFDL-1.2-no-invariants-or-later": "gfdl niv 1.2+",
  "GFDL-1.3-no-invariants-only": "gfdl niv 1.3",
  "GFDL-1.3-no-invariants-or-later": "gfdl niv 1.3+, gfdl 1.3+ no invariant",
  "W3C-20150513": "w3c",
});

const exceptionNames = names({
  "Autoconf-exception-2.0": "autoconf 2.0",
  "Autoconf-exception-3.0": "autoconf, autoconf 3.0",
  "Bison-exception-2.2": "bison, bison 2.2",
  "Classpath-exception-2.0": "classpath, classpath 2.0, gnu classpath",
  "Font-exception-2.0": "font, font 2.0, font embedding",
  "GCC-exception-2.0": "gcc 2.0",
  "GCC-exception-3.1": "gcc, gcc 3.1, gcc runtime library, gcc runtime library 3.1",
  "Libtool-exception": "libtool",
  "Linux-syscall-note": "linux syscall note",
  "LLVM-exception": "llvm",
  "OCaml-LGPL-linking-exception": "ocaml lgpl linking, ocaml linking",
  "Texinfo-exception": "texinfo",
  "Universal-FOSS-exception-1.0": "universal foss, universal foss 1.0",
  "openvpn-openssl-exception": "openvpn openssl",
});
