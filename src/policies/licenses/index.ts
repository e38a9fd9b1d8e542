/**
 * Policy type `licenses`: no package that can only be used under a listed licence.
 * A package violates when one of its licence expressions cannot be satisfied without a listed licence. Packages that
 * tell no licence are counted in the note; when no package tells one there is no answer.
 */
import { z } from "zod";
import type { Package } from "../../domain/package.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";
import { copyleftLicences } from "./copyleft.ts";
import { judgeExpression } from "./expression.ts";
import { isPurl, purlMatcher } from "../shared/purl-matcher.ts";
import { supplies } from "../shared/supply.ts";
import { isMeantBy, readLicenceId, type LicenceId } from "./licence-id.ts";

const options = z.strictObject({
  licenses: z
    .array(z.string().trim().min(1).max(200))
    .min(1)
    .max(ENTRIES_MAX)
    .default([...copyleftLicences])
    .meta({
      title: "Unwanted licences",
      description:
        "SPDX ids in any case: a bare `AGPL-3.0` means every form, `GPL-2.0-only WITH Classpath-exception-2.0` that one.",
      examples: [["AGPL-3.0", "GPL-3.0-only"]],
    }),
  ignored_packages: z
    .array(z.string().max(2000).refine(isPurl, "not a package URL"))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Ignored packages",
      description:
        "Package URLs: with qualifiers (`?`) that very one, with a version (`@`) whatever its qualifiers, bare every version.",
      examples: [["pkg:deb/debian/bash", "pkg:npm/left-pad@1.3.0"]],
    }),
  scope: z.enum(["all", "own", "base"]).default("all").meta({
    title: "Which packages",
    description: "All of the image, only those that its own layers brought, or only those of its base image.",
  }),
});
type Options = z.output<typeof options>;

export const licenses: PolicyType<Options> = Object.freeze({
  id: "licenses",
  title: "Compliant licenses",
  description: "No package that can only be used under a listed licence.",
  specs: ["https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/", "https://spdx.org/licenses/"],
  version: 1,
  needs: ["packages"],
  asks: ({ scope }) => ({ baseLayers: scope !== "all" }),
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const isUnwanted = unwantedLicences(config.licenses);
  const isIgnored = purlMatcher(config.ignored_packages);
  const scoped = packagesOf(facts, config.scope);
  if ("status" in scoped) return scoped;
  const { packages } = scoped;
  const deviations: Deviation[] = [];
  let silent = 0;
  for (const pkg of packages) {
    if (pkg.licenses.length === 0) silent++;
    for (const expression of pkg.licenses) {
      const judgement = judgeExpression(expression, isUnwanted);
      if (judgement.malformed) debug(`${pkg.purl}: ${expression} is no SPDX expression`);
      if (!judgement.violates) continue;
      const ignored = isIgnored(pkg.purl);
      debug(`${pkg.purl}: ${expression} ${ignored ? "ignored" : "violates"}`);
      if (!ignored) deviations.push(licenceDeviation(pkg, expression, judgement.unwanted));
    }
  }
  if (deviations.length > 0) return notMet(deviations);
  if (silent > 0 && silent === packages.length) {
    return { status: "no_data", reason: `none of the ${silent} packages tells its licence` };
  }
  return silent === 0 ? { status: "met" } : { status: "met", note: `${silent} packages tell no licence` };
}

/** Those in the scope; a base whose layers are not known divides nothing. */
function packagesOf(
  { packages, baseImage, missing }: ImageFacts,
  scope: Options["scope"],
): PolicyOutcome | { readonly packages: readonly Package[] } {
  const all = packages ?? [];
  if (scope === "all") return { packages: all };
  if (baseImage === null) {
    return { status: "no_data", reason: missing.baseImage ?? "the base image is not known" };
  }
  const count = baseImage.scratch && baseImage.evidence !== "claimed" ? 0 : (baseImage.layerCount ?? null);
  if (count === null) {
    const why = baseImage.layersReason ?? `it is not known which layers are those of ${baseImage.name}`;
    return { status: "no_data", reason: why, supply: supplies.baseImage };
  }
  const wanted = all.filter(({ evidence }) => {
    // A package belongs to the base when any of its places does: the own layers only added to it.
    const isBase = evidence.some(({ layerIndex }) => layerIndex !== null && layerIndex < count);
    return isBase === (scope === "base");
  });
  return wanted.length > 0 || all.length === 0
    ? { packages: wanted }
    : {
        status: "met",
        note: scope === "own" ? "no layer of its own brought a package" : "the base image brought no package",
      };
}

function unwantedLicences(entries: readonly string[]): (licence: LicenceId) => boolean {
  const byBase = new Map<string, LicenceId[]>();
  for (const entry of entries) {
    const [id = "", , exception] = entry.split(/\s+/);
    const licence = readLicenceId(id, exception ?? null);
    byBase.set(licence.base, [...(byBase.get(licence.base) ?? []), licence]);
  }
  return (licence) => (byBase.get(licence.base) ?? []).some((entry) => isMeantBy(licence, entry));
}

function licenceDeviation(pkg: Package, expression: string, unwanted: readonly string[]): Deviation {
  return deviation({
    message: `${pkg.name} ${pkg.version} can only be used under ${unwanted.join(", ")}`,
    purl: pkg.purl,
    layer: pkg.evidence[0]?.layer ?? null,
    columns: { Package: pkg.name, Version: pkg.version, License: expression },
    remediation: "Replace the package, or add it to ignored_packages when its licence is acceptable here.",
  });
}
