/**
 * Policy type `disallowed-packages`: none of the listed packages, by name or package URL, in every version or in a range.
 */
import { z } from "zod";
import type { Package } from "../../domain/package.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { packageDeviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import { readPackagePattern, type PackagePattern } from "../shared/package-pattern.ts";
import { isPurl, purlMatcher } from "../shared/purl-matcher.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({
  packages: z
    .array(
      z
        .string()
        .max(500)
        .refine(
          (text) => readPackagePattern(text) !== null,
          "write a name or package URL, with a range behind an @",
        ),
    )
    .min(1)
    .max(ENTRIES_MAX)
    .default(["telnetd", "inetutils-telnetd", "rsh-server", "pkg:npm/event-stream@3.3.6"])
    .meta({
      title: "Packages",
      description:
        "Names or package URLs, with stars; behind an `@` a version or a range: `log4j-core@<2.17.1`, `pkg:npm/left-*`, `pkg:deb/*/openssl@>=3.0 <3.0.7`.",
      examples: [["openssh-server", "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1"]],
    }),
  ignored_packages: z
    .array(z.string().max(2000).refine(isPurl, "not a package URL"))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Ignored packages",
      description:
        "Package URLs: with qualifiers (`?`) that very one, with a version (`@`) whatever its qualifiers, bare every version.",
      examples: [["pkg:deb/debian/openssh-server"]],
    }),
});
type Options = z.output<typeof options>;

export const disallowedPackages: PolicyType<Options> = Object.freeze({
  id: "disallowed-packages",
  title: "Disallowed packages",
  description: "None of the listed packages is in the image.",
  specs: ["https://github.com/package-url/purl-spec"],
  version: 1,
  needs: ["packages"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const patterns = config.packages.map(readPackagePattern).filter((pattern) => pattern !== null);
  const isIgnored = purlMatcher(config.ignored_packages);
  const deviations: Deviation[] = [];
  let unknown: string | null = null;
  for (const pkg of facts.packages ?? []) {
    for (const pattern of patterns) {
      const answer = pattern.matches(pkg);
      if (answer === "outside") continue;
      const ignored = isIgnored(pkg.purl);
      debug(`${pkg.purl}: ${pattern.text} ${answer}${ignored ? ", ignored" : ""}`);
      if (ignored) continue;
      if (answer === "unknown") unknown ??= unknownText(pkg, pattern);
      else deviations.push(disallowed(pkg, pattern));
    }
  }
  if (deviations.length > 0) return notMet(deviations);
  if (unknown !== null) return { status: "no_data", reason: unknown };
  if (facts.inventory.completeness === "incomplete") {
    return { status: "no_data", reason: "the inventory is incomplete, so a listed package may be hidden" };
  }
  return { status: "met" };
}

function unknownText(pkg: Package, { text }: PackagePattern): string {
  return `the version "${pkg.version}" of ${pkg.name} cannot be compared with ${text}`;
}

function disallowed(pkg: Package, { text }: PackagePattern): Deviation {
  return packageDeviation(pkg, {
    message: `${pkg.name} ${pkg.version} is not allowed (${text})`,
    columns: { Rule: text },
    remediation: `Remove ${pkg.name}, or use a version that ${text} does not name.`,
  });
}
