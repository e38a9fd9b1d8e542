/**
 * SPDX licence ids compared by meaning (https://spdx.org/licenses/): the old `GPL-2.0+` is `GPL-2.0-or-later`, the bare
 * `GPL-2.0` of a package is `GPL-2.0-only`, and letter case does not matter.
 */

/** One licence as a package names it, or as a list entry asks for it. */
export interface LicenceId {
  /** Lower case, without suffix: `gpl-2.0`, `mpl-2.0`, `licenseref-acme`. */
  readonly base: string;
  /** `only`: this version; `later`: this or a newer one; `any`: a bare id. */
  readonly range: "only" | "later" | "any";
  /** Lower case, e.g. `classpath-exception-2.0`; null: none is written. */
  readonly exception: string | null;
}

/** Reads `GPL-2.0-or-later`, `GPL-2.0+`, `GPL-2.0-with-classpath-exception`, `LicenseRef-Acme`; the exception may be given apart. */
export function readLicenceId(id: string, exception: string | null = null): LicenceId {
  let base = id.toLowerCase();
  let found = exception?.toLowerCase() ?? null;
  const combined = deprecatedCombinations[base];
  if (combined !== undefined) [base, found] = combined;
  if (base.endsWith("+")) return { base: base.slice(0, -1), range: "later", exception: found };
  if (base.endsWith("-or-later"))
    return { base: base.slice(0, -"-or-later".length), range: "later", exception: found };
  if (base.endsWith("-only"))
    return { base: base.slice(0, -"-only".length), range: "only", exception: found };
  return { base, range: "any", exception: found };
}

/**
 * Whether a list entry means this licence of a package. A bare entry means every form of the licence; `-only` also the
 * bare id, `-or-later` also `+`. An entry without exception means the licence with any exception too (an exception
 * permits more, it does not change the licence); an entry with one means exactly that combination.
 */
export function isMeantBy(licence: LicenceId, entry: LicenceId): boolean {
  if (licence.base !== entry.base) return false;
  if (entry.exception !== null && entry.exception !== licence.exception) return false;
  if (entry.range === "any") return true;
  return entry.range === "later" ? licence.range === "later" : licence.range !== "later";
}

/** Ids that held an exception before SPDX had `WITH`. */
const deprecatedCombinations: Readonly<Record<string, [string, string]>> = {
  "gpl-2.0-with-gcc-exception": ["gpl-2.0", "gcc-exception-2.0"],
  "gpl-2.0-with-autoconf-exception": ["gpl-2.0", "autoconf-exception-2.0"],
  "gpl-2.0-with-bison-exception": ["gpl-2.0", "bison-exception-2.2"],
  "gpl-2.0-with-classpath-exception": ["gpl-2.0", "classpath-exception-2.0"],
  "gpl-2.0-with-font-exception": ["gpl-2.0", "font-exception-2.0"],
  "gpl-3.0-with-autoconf-exception": ["gpl-3.0", "autoconf-exception-3.0"],
  "gpl-3.0-with-gcc-exception": ["gpl-3.0", "gcc-exception-3.1"],
};
