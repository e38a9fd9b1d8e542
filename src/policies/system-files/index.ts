/**
 * Policy type `system-files`: the files of the distribution's packages are those that its database lists. What is missing or
 * belongs to nobody is known from every inventory; other bytes are known only where they were compared (`--check-files`).
 */
import { z } from "zod";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import type { PathList, SystemFiles } from "../../domain/package.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

const kinds = ["modified", "missing", "unowned"] as const;
type Kind = (typeof kinds)[number];

const options = z.strictObject({
  kinds: z
    .array(z.enum(kinds))
    .min(1)
    .max(kinds.length)
    .default([...kinds])
    .meta({
      title: "What is not allowed",
      description:
        "Modified: other bytes than the database says. Missing: listed and not there. Unowned: in the system's folders and listed by no package.",
      examples: [["modified"]],
    }),
  ignored_paths: z
    .array(z.string().min(1).max(1000))
    .max(1000)
    .default([])
    .meta({
      title: "Paths that are left alone",
      description: "Files, or folders with a slash at the end, none with one at the start.",
      examples: [["usr/lib/vendor/"]],
    }),
});
type Options = z.output<typeof options>;

export const systemFiles: PolicyType<Options> = Object.freeze({
  id: "system-files",
  title: "Untouched system files",
  description: "No file of a system package was modified or removed, and none was put beside them.",
  specs: ["docs/guide/sbom.md"],
  version: 1,
  needs: ["systemFiles"],
  options,
  comparesFiles: (config) => config.kinds.includes("modified"),
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const files = facts.systemFiles;
  if (files === null) return { status: "no_data", reason: "no package database lists its files" };
  debug(`${files.compared} of ${files.listed} listed files were compared`);
  const asked = kinds.filter((kind) => config.kinds.includes(kind));
  const deviations = asked.flatMap((kind) => deviationsOf(kind, files[kind], config.ignored_paths));
  if (deviations.length > 0) return notMet(deviations);
  return asked.includes("modified") ? comparedOutcome(files) : { status: "met" };
}

/** A file that nobody compared is not known to be untouched. */
function comparedOutcome({ compared, listed }: SystemFiles): PolicyOutcome {
  if (compared === 0) {
    return {
      status: "no_data",
      reason:
        "no file of a system package was compared with its database: --check-files was not given, or the database has no digests",
    };
  }
  return { status: "met", note: `${compared} of ${listed} listed files were compared` };
}

function deviationsOf(
  kind: Kind,
  { count, paths }: PathList,
  ignored: readonly string[],
): readonly Deviation[] {
  const named = paths
    .filter((path) => !ignored.some((one) => (one.endsWith("/") ? path.startsWith(one) : path === one)))
    .map((path) =>
      deviation({
        message: `${TITLES[kind]}: ${path}`,
        columns: { File: path, State: kind },
        remediation: REMEDIATIONS[kind],
      }),
    );
  // Only the first paths are known; of the others nothing says that they may be ignored.
  const more = count - paths.length;
  return more <= 0
    ? named
    : [...named, deviation({ message: `${TITLES[kind]}: ${more} more`, columns: { File: "", State: kind } })];
}

const TITLES: Readonly<Record<Kind, string>> = {
  modified: "Other bytes than the package database says",
  missing: "Listed by a package and not there",
  unowned: "In a folder of the system and listed by no package",
};

const REMEDIATIONS: Readonly<Record<Kind, string>> = {
  modified: "Install the package again, or build the changed program as a package of its own.",
  missing: "Remove the package with the package manager instead of deleting its files.",
  unowned: "Put programs of your own below /usr/local or /opt, or install them as a package.",
};
