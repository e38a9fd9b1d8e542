/** `plimsoll compare`: what one image has that another has not, and a gate that stops for what got worse. */
import { Command, Option } from "commander";
import { compareImages } from "../../comparison/compare.ts";
import { findUnknown, findWorse } from "../../comparison/worse.ts";
import type { Analysis } from "../../domain/analysis.ts";
import {
  comparisonCauses,
  type ComparedSide,
  type Comparison,
  type ComparisonCause,
} from "../../domain/comparison.ts";
import { PlimsollError } from "../../domain/error.ts";
import { findBaseline, type BaselineOptions } from "../baseline.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { makeBaseFilter, type BaseOptions } from "../options/base.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addFilterOptions, makeFilter, type FilterOptions, type FindingFilter } from "../options/filters.ts";
import {
  addImageOptions,
  chooseReference,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { VERIFY_ADVICE } from "../options/gate.ts";
import { addInventoryOptions, type InventoryOptions } from "../options/inventory.ts";
import { addOutputOptions, collectList, type OutputOptions } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { writeReport } from "../options/render.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis, type AnalysisRequest } from "../run-analysis.ts";
import { versionOrder } from "../version-order.ts";

type Options = ImageOptions &
  DatabaseOptions &
  InventoryOptions &
  VexOptions &
  SeverityOptions &
  FilterOptions &
  BaselineOptions &
  Omit<BaseOptions, "onlyBase"> &
  PolicyOptions &
  OutputOptions & {
    readonly exitOn?: readonly string[];
    readonly strict?: true;
    readonly hidePolicies?: true;
    readonly ignoreUnchanged?: true;
  };

export const compare: CommandMaker = (context, finish) => {
  const command = new Command("compare")
    .alias("diff")
    .description("Compare two images: vulnerabilities, packages, size, policies.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, Object.keys(FORMATS), "text", { template: true });
  addComparisonOptions(command);
  addFilterOptions(command);
  addPolicyOptions(command);
  addVexOptions(command);
  addSeverityOption(command);
  addInventoryOptions(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const exitOn = readCauses(options.exitOn ?? []);
    if (options.strict === true && exitOn.length === 0)
      throw new PlimsollError("USAGE", "--strict goes with --exit-on.");
    const filter = makeFilter(options);
    const reference = await chooseReference(context, typed, options);
    const { comparison, words } = await compareBoth(context, reference, options, {
      filter,
      judgesPolicies: options.hidePolicies !== true || exitOn.includes("policy"),
    });
    const worse = {
      vulnerability: findWorse(comparison, ["vulnerability"]).length > 0,
      policy: findWorse(comparison, ["policy"]).length > 0,
      package: findWorse(comparison, ["package"]).length > 0,
    };
    const report = {
      view: "compare",
      comparison,
      filters: words,
      hidesPolicies: options.hidePolicies === true,
      hidesUnchanged: options.ignoreUnchanged === true,
      worse,
      unknown: findUnknown(comparison, comparisonCauses),
    } as const;
    await writeReport(context, options, report, { names: FORMATS });
    const causes = findWorse(comparison, exitOn);
    for (const { cause, message } of causes)
      context.stderr.write(`gate: ${cause}: ${message}${cause === "unverified" ? VERIFY_ADVICE : ""}\n`);
    const unknown = findUnknown(comparison, exitOn);
    const word = options.strict === true ? "gate" : "unknown";
    for (const { cause, message } of unknown) context.stderr.write(`${word}: ${cause}: ${message}\n`);
    finish(causes.length === 0 && (options.strict !== true || unknown.length === 0) ? 0 : 2);
  });
};

function addComparisonOptions(command: Command): void {
  command
    .option("--to <image>", "the image, folder, archive or SBOM to compare with")
    .option("--to-env <environment>", "compare with the image of the same repository in an environment")
    .option("--to-latest", "compare with the image of the same repository that was analysed last before")
    .option("--to-result <file>", "compare with what a file of policy --result-file holds")
    .option("--to-ref <reference>", "which image of the archive or layout of --to, when it holds several")
    .addOption(
      new Option(
        "-x, --exit-on <causes>",
        `exit 2 on what is worse than in the baseline: ${comparisonCauses.join(", ")} (comma separated)`,
      ).argParser(collectList),
    )
    .option("--strict", "with --exit-on: exit 2 also where nobody knows whether it is worse")
    .option("--hide-policies", "leave policies out")
    .option("--ignore-base", "leave out packages that the base image of each brought")
    .option(
      "--base-image <image>",
      "the base image of both, for --ignore-base, where no provenance names it; its layers must come first",
    )
    .option("--ignore-unchanged", "leave out what is the same in both");
}

/** Both analysed with the same policies, statements and filters. */
async function compareBoth(
  context: CliContext,
  reference: string,
  options: Options,
  { filter, judgesPolicies }: { readonly filter: FindingFilter; readonly judgesPolicies: boolean },
): Promise<{ readonly comparison: Comparison; readonly words: readonly string[] }> {
  if (options.baseImage !== undefined && options.ignoreBase !== true)
    throw new PlimsollError("USAGE", "--base-image goes with --ignore-base.");
  const chosen = judgesPolicies ? await choosePolicies(context, options) : null;
  const request: Omit<AnalysisRequest, "reference"> = {
    platform: chosenPlatform(options),
    options,
    database: "required",
    policies: chosen?.policies ?? null,
    debugPolicies: false,
  };
  const baseline = await findBaseline(context, options);
  const analysis = await runAnalysis(context, { ...request, reference });
  const other = await baseline(analysis, request);
  const sides = [
    await sideOf(context, analysis, { filter, options }),
    await sideOf(context, other, { filter, options }),
  ] as const;
  const [analysed, before] = sides;
  const words = [...filter.words, ...new Set(sides.flatMap(({ words: of }) => of))];
  return { comparison: compareImages(analysed.side, before.side, versionOrder), words };
}

async function sideOf(
  context: CliContext,
  analysis: Analysis,
  { filter, options }: { readonly filter: FindingFilter; readonly options: Options },
): Promise<{ readonly side: ComparedSide; readonly words: readonly string[] }> {
  const base = await makeBaseFilter(context, analysis, options);
  const types = options.onlyPackageType?.map((type) => type.toLowerCase());
  const packages = analysis.sbom.packages.filter(
    (pkg) =>
      pkg.removedIn === undefined &&
      (types === undefined || types.includes(pkg.ecosystem)) &&
      base.keepsPackage(pkg),
  );
  const findings =
    analysis.findings?.filter((finding) => filter.keeps(finding) && base.keeps(finding)) ?? null;
  return { side: { analysis, findings, packages }, words: base.words };
}

/** @throws PlimsollError USAGE */
function readCauses(words: readonly string[]): readonly ComparisonCause[] {
  return words.map((word) => {
    const cause = comparisonCauses.find((known) => known === word);
    if (cause !== undefined) return cause;
    const known = comparisonCauses.join(", ");
    throw new PlimsollError("USAGE", `--exit-on does not know "${word}"; it takes ${known}.`);
  });
}

const FORMATS: Readonly<Record<string, string>> = {
  text: "table",
  table: "table",
  markdown: "markdown",
  html: "html",
  json: "json",
};

const EXAMPLES = `
Examples:
  plimsoll compare --to registry.example.com/team/app:1.1 registry.example.com/team/app:1.2
  plimsoll compare --to oci-dir://build/before --exit-on vulnerability,policy oci-dir://build/after
  plimsoll compare --to-env production --ignore-base --ignore-unchanged local://app:dev
  plimsoll compare --to-latest --format markdown -o delta.md archive://app.tar
  plimsoll compare --to-result main.json --exit-on vulnerability,policy --strict registry.example.com/team/app:1.2
  plimsoll compare --to sbom://release.cdx.json sbom://now.cdx.json

Exit codes: 0 no gate asked, or nothing is worse; 1 operational error; 2 worse by a cause of --exit-on, or with --strict nobody knows.`;
