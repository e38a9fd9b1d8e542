/** `plimsoll outdated`: libraries with a newer version, whether or not a vulnerability is known of the one at hand. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { judgeAge } from "../../comparison/outdated.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { OutdatedPackage } from "../../domain/newest-version.ts";
import type { Package } from "../../domain/package.ts";
import { packageName } from "../../domain/package-name.ts";
import { printable } from "../../domain/problem.ts";
import { readBundle, type NewestBundle } from "../../upstream/bundle.ts";
import { findNewest, upstreamEcosystems } from "../../upstream/look-up.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import {
  addImageOptions,
  chooseReference,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { addOutputOptions, collectList, type OutputOptions } from "../options/output.ts";
import { writeReport } from "../options/render.ts";
import { runAnalysis } from "../run-analysis.ts";
import { versionOrder } from "../version-order.ts";

type Options = ImageOptions &
  OutputOptions & {
    readonly bundle?: string;
    readonly maxAge: number;
    readonly onlyPackageType?: readonly string[];
    readonly all?: true;
    readonly exitCode?: true;
  };

export const outdated: CommandMaker = (context, finish) => {
  const command = new Command("outdated")
    .description("Show libraries with a newer version, whether or not they are vulnerable.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  command
    .option("-e, --exit-code", "exit 2 when a library is outdated or nobody could tell")
    .option("--all", "current libraries too")
    .option("--bundle <file>", "JSON file of newest versions, asked before any mirror")
    .addOption(
      new Option("--max-age <hours>", "hours for which the answer of a mirror is kept")
        .argParser(readHours)
        .default(24),
    )
    .addOption(
      new Option(
        "--only-package-type <types>",
        `only these (comma separated): ${upstreamEcosystems.join(", ")}`,
      ).argParser(collectList),
    );
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const types = chosenTypes(options.onlyPackageType);
    const bundle = await openBundle(context, options.bundle);
    const reference = await chooseReference(context, typed, options);
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "none",
      policies: null,
      debugPolicies: false,
    });
    const packages = libraries(analysis.sbom.packages, types);
    const judged = await judgePackages(context, packages, { bundle, maxAgeHours: options.maxAge });
    const shown = options.all === true ? judged : judged.filter(({ status }) => status !== "current");
    await writeReport(context, options, {
      view: "outdated",
      analysis,
      packages: shown.toSorted(outdatedFirst),
      currentCount: judged.filter(({ status }) => status === "current").length,
    });
    const isClean = judged.every(({ status }) => status === "current");
    finish(options.exitCode === true && !isClean ? 2 : 0);
  });
};

/** @throws PlimsollError USAGE */
function chosenTypes(typed: readonly string[] | undefined): readonly string[] {
  const unknown = typed?.find((type) => !upstreamEcosystems.includes(type));
  if (unknown === undefined) return typed ?? upstreamEcosystems;
  throw new PlimsollError(
    "USAGE",
    `--only-package-type does not know "${unknown}"; it takes ${upstreamEcosystems.join(", ")}.`,
  );
}

async function openBundle(context: CliContext, file: string | undefined): Promise<NewestBundle | null> {
  if (file === undefined) return null;
  const text = await readFile(resolve(context.cwd, file), "utf8").catch((error: unknown) => {
    throw new PlimsollError("FILE_NOT_FOUND", `The bundle ${printable(file)} cannot be read.`, {
      cause: error,
    });
  });
  return readBundle(text, printable(file));
}

/** Each name and version once. What has no version of its own, such as a Go program from a checkout, is no library that could be old. */
function libraries(packages: readonly Package[], types: readonly string[]): readonly Package[] {
  const found = new Map<string, Package>();
  for (const pkg of packages) {
    const isLibrary = types.includes(pkg.ecosystem) && /\d/.test(pkg.version) && !OWN.has(pkg.name);
    const key = `${pkg.ecosystem}\n${packageName(pkg)}\n${pkg.version}`;
    if (isLibrary && pkg.removedIn === undefined && !found.has(key)) found.set(key, pkg);
  }
  return [...found.values()];
}

/** Go's standard library comes with the compiler and is published by nobody. */
const OWN: ReadonlySet<string> = new Set(["stdlib"]);

async function judgePackages(
  context: CliContext,
  packages: readonly Package[],
  { bundle, maxAgeHours }: { readonly bundle: NewestBundle | null; readonly maxAgeHours: number },
): Promise<readonly OutdatedPackage[]> {
  const { packageMirrors, useCache, cacheDir, isOffline } = context.config;
  const names = [
    ...new Map(
      packages.map((pkg) => [
        `${pkg.ecosystem}\n${packageName(pkg)}`,
        { ecosystem: pkg.ecosystem, name: packageName(pkg) },
      ]),
    ),
  ];
  const answers = await findNewest(
    names.map(([, asked]) => asked),
    {
      mirrors: packageMirrors,
      bundle,
      cacheFolder: useCache ? cacheDir : null,
      isOffline,
      maxAgeMs: maxAgeHours * 3_600_000,
      now: context.clock(),
      signal: null,
    },
  );
  const byName = new Map(names.map(([key], index) => [key, answers[index]]));
  return packages.map((pkg) => {
    const answer = byName.get(`${pkg.ecosystem}\n${packageName(pkg)}`);
    return judgeAge(pkg, answer ?? { kind: "no_data", reason: "nobody was asked" }, versionOrder);
  });
}

const RANKS: Readonly<Record<OutdatedPackage["status"], number>> = { outdated: 0, no_data: 1, current: 2 };

function outdatedFirst(a: OutdatedPackage, b: OutdatedPackage): number {
  return RANKS[a.status] - RANKS[b.status] || (a.package.purl < b.package.purl ? -1 : 1);
}

function readHours(word: string): number {
  if (/^\d{1,5}$/.test(word)) return Number(word);
  throw new InvalidArgumentError("It takes a number of hours.");
}

const EXAMPLES = `
Examples:
  PLIMSOLL_PACKAGE_MIRRORS=npm=https://mirror.example.com/npm/ plimsoll outdated local://app:dev
  plimsoll outdated --bundle newest.json --format json archive://app.tar
  plimsoll outdated --only-package-type npm,pypi --exit-code fs://.

No mirror is built in: without one, and without --bundle, there is no data, which is said.`;
