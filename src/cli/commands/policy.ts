/** `plimsoll policy`: evaluates policies and is the gate of a pipeline. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { Analysis } from "../../domain/analysis.ts";
import { PlimsollError } from "../../domain/error.ts";
import { blockingVerdict, decideGate, policyWarnings, type GateDecision } from "../../policies/gate.ts";
import type { PlatformVerdict } from "../../reports/types.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { isSeveral, judgePlatforms } from "../judge-platforms.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addGateOptions, closeGate, gateOptions, type GateOptions } from "../options/gate.ts";
import { addImageOptions, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addCheckFilesOption, type InventoryOptions } from "../options/inventory.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import {
  addOutputOptions,
  checkOutput,
  splitList,
  writeResult,
  type OutputOptions,
} from "../options/output.ts";
import {
  addModuleOptions,
  addPolicyConfigOption,
  addPolicyOptions,
  choosePolicies,
  type PolicyOptions,
} from "../options/policy.ts";
import { LIST_FORMATS, writeReport } from "../options/render.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import type { PolicyExplainOptions } from "../policy/explain.ts";
import type { PublishOptions } from "../policy/publish.ts";
import type { PolicyTestOptions } from "../policy/test.ts";
import type { PolicyWhatIfOptions } from "../policy/what-if.ts";

interface Options
  extends
    ImageOptions,
    DatabaseOptions,
    SeverityOptions,
    VexOptions,
    GateOptions,
    OutputOptions,
    PolicyOptions,
    OrganisationOptions,
    SignOptions,
    Pick<InventoryOptions, "checkFiles"> {
  readonly list?: true;
  readonly resultFile?: string;
  readonly resultFormat: "plimsoll" | "scout";
  readonly wait: number;
  readonly repository?: string;
}

export const policy: CommandMaker = (context, finish) => {
  const command = new Command("policy")
    .description("Evaluate policies on an image and grade it.")
    .argument("[image]", IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", ...LIST_FORMATS], "table", {
    template: true,
    onlyId: "ids alone, one a line, of the policies that are not met or have no data",
  });
  addJudgingOptions(command);
  addSubcommands(command, context, finish);
  return command.action(async (reference: string | undefined, options: Options) => {
    const gate = gateOptions(options);
    if (isForOrganisation(context, options)) {
      if (reference === undefined) command.error("error: missing required argument 'image'");
      if (options.signKey !== undefined)
        throw new PlimsollError("USAGE", "--sign-key signs verdicts that are made here: leave out --org.");
      const { runOrganisationPolicy } = await import("../organisation/run.ts");
      const org = requireOrganisation(context, options);
      finish(await runOrganisationPolicy(context, org, reference as string, options));
      return;
    }
    const chosen = await choosePolicies(context, options);
    if (options.list === true) {
      const { listPolicies } = await import("../policy/list.ts");
      await writeResult(context, options, listPolicies(context, chosen.policies, options.format));
      return;
    }
    if (reference === undefined) command.error("error: missing required argument 'image'");
    const { resultFile } = options;
    checkOutput(context, resultFile);
    const key = await outputKey(context, options, options.output);
    const keepsFacts = resultFile !== undefined;
    const platforms = await judgePlatforms(context, reference as string, options, { ...chosen, keepsFacts });
    if (resultFile !== undefined) {
      const { writeResultFile } = await import("../policy/result-file.ts");
      const { policies } = chosen;
      await writeResultFile(context, {
        file: resultFile,
        reference: reference as string,
        policies,
        platforms,
        format: options.resultFormat,
      });
    }
    const first = platforms.find((row) => row.analysis !== null)?.analysis;
    if (first === undefined || first === null) return;
    const rows = isSeveral(splitList(options.platform)) ? platforms : [];
    const report = { view: "policy", analysis: first, platforms: rows } as const;
    const written = await writeReport(context, options, report);
    if (key !== null) {
      const { signVerdict } = await import("../policy/sign-verdict.ts");
      const analyses = platforms.flatMap(({ analysis }) => analysis ?? []);
      await signVerdict(context, written, { key, report, analyses });
    }
    finish(closeGate(context, await decide(platforms, gate)));
  });
};

function addJudgingOptions(command: Command): void {
  addGateOptions(command, "a policy is not met");
  addPolicyOptions(command);
  addCheckFilesOption(command);
  command
    .option("--list", "list the policies and their options, and end")
    .option(
      "--result-file <file>",
      "write the whole evaluation as JSON too: results, violations, options and the facts that were judged",
    )
    .addOption(
      new Option(
        "--result-format <format>",
        "of --result-file: plimsoll, or scout: pass, violations, bindings and metrics by policy, as docker scout policy writes them",
      )
        .choices(["plimsoll", "scout"])
        .default("plimsoll"),
    );
  addSignOption(command);
  addOrganisationOptions(command);
  addVexOptions(command);
  addSeverityOption(command);
  addDatabaseOptions(command);
  addImageOptions(
    command,
    "platforms of an index, comma separated, or all; the verdict is the worst of them",
  );
  command.option("--referrer-repository <repository>", REFERRER_REPOSITORY);
}

const REFERRER_REPOSITORY =
  "repository that holds further attestations of the image, e.g. registry.example.com/attestations";

function addSubcommands(command: Command, context: CliContext, finish: (exitCode: number) => void): void {
  // The command takes options of its own names wherever they stand, so a subcommand asks it for them.
  const explain = command
    .command("explain")
    .description("Say what a policy asks, with its options, and what it finds in an image.")
    .argument("<policy>", "id or title of the policy")
    .argument("[image]", IMAGE_ARGUMENT);
  addOutputOptions(explain, ["table", "json"], "table");
  addPolicyConfigOption(explain);
  addCheckFilesOption(explain);
  addVexOptions(explain);
  addSeverityOption(explain);
  addDatabaseOptions(explain);
  addImageOptions(explain);
  explain.action(async (id: string, reference: string | undefined) => {
    const { runPolicyExplain } = await import("../policy/explain.ts");
    await runPolicyExplain(context, id, reference, explain.optsWithGlobals<PolicyExplainOptions>());
  });
  const publish = command
    .command("publish")
    .description(
      "Push policies as a bundle to a registry: Rego modules, a configuration, or the built-in set's.",
    )
    .argument("<reference>", "registry.example.com/policies:1");
  addPolicyConfigOption(addModuleOptions(publish)).option("--format <format>", "table or json", "table");
  publish.action(async (reference: string) => {
    const { publishPolicies } = await import("../policy/publish.ts");
    await publishPolicies(context, reference, publish.optsWithGlobals<PublishOptions>());
  });
  const whatIf = command
    .command("what-if")
    .description(
      "Say what policies would have found in images that were judged before, and what would change.",
    )
    .argument("<file>", "a file of policy --result-file");
  addOutputOptions(whatIf, ["table", "json"], "table");
  addGateOptions(whatIf, "a policy is not met");
  addPolicyOptions(whatIf);
  whatIf.action(async (file: string) => {
    const { runPolicyWhatIf } = await import("../policy/what-if.ts");
    finish(await runPolicyWhatIf(context, file, whatIf.optsWithGlobals<PolicyWhatIfOptions>()));
  });
  const test = command
    .command("test")
    .description("Judge policies on facts that files give, and compare the results with what they expect.")
    .argument("<files...>", "JSON files with tests, see docs/guide/policies.md");
  addOutputOptions(test, ["table", "json"], "table");
  addPolicyConfigOption(test);
  test.option("--facts <file>", "facts below those of the tests: a file of policy --result-file");
  test.action(async (files: readonly string[]) => {
    const { runPolicyTest } = await import("../policy/test.ts");
    finish(await runPolicyTest(context, files, test.optsWithGlobals<PolicyTestOptions>()));
  });
}

function addOrganisationOptions(command: Command): void {
  addOrganisationOption(command)
    .addOption(
      new Option("--wait <seconds>", "with --org: wait at most so long while the server analyses the image")
        .argParser(readSeconds)
        .default(60),
    )
    .option(
      "--repository <name>",
      "with --org: judge an image that was not pushed as one of this repository, e.g. registry.example.com/acme/my-app",
    );
}

function readSeconds(word: string): number {
  if (/^\d{1,5}$/.test(word)) return Number(word);
  throw new InvalidArgumentError("It takes a number of seconds.");
}

/**
 * What --org cannot be combined with is the user's own choice of policies and of whose statements count: it would no longer be the
 * organisation's verdict. Statements that the user names are told as proposals. Where only PLIMSOLL_ORG names the organisation,
 * such a choice leaves it aside.
 * @throws PlimsollError USAGE
 */
function isForOrganisation(context: CliContext, options: Options): boolean {
  const own = [
    ["--policy-config", options.policyConfig],
    ["--policy-bundle", options.policyBundle],
    ["--policy-dir", options.policyDir],
    ["--policy-file", options.policyFile],
    ["--only-policy", options.onlyPolicy],
    ["--list", options.list],
    ["--result-file", options.resultFile],
    ["--vex-author", options.vexAuthor],
    ["--severity-source", options.severitySource],
  ].flatMap(([name, value]) => (value === undefined ? [] : [String(name)]));
  if (options.org === undefined) return context.config.client.organisation !== null && own.length === 0;
  if (own.length === 0) return true;
  throw new PlimsollError(
    "USAGE",
    `With --org the organisation's policies and exceptions count: leave out ${own.join(", ")}.`,
  );
}

async function decide(
  platforms: readonly PlatformVerdict[],
  options: ReturnType<typeof gateOptions>,
): Promise<GateDecision> {
  const { worstVerdict } = await import("../../policies/verdict.ts");
  // Of each platform what may stop the gate: else the platform that is worst by what is only reported would hide another's.
  const blocking = platforms
    .map(({ analysis }) => ({
      isJudged: analysis !== null,
      verdict: blockingVerdict(analysis?.verdict ?? null),
    }))
    .filter(({ isJudged, verdict }) => !isJudged || verdict !== null)
    .map(({ verdict }) => verdict);
  const analyses = platforms.flatMap((row) => (row.analysis === null ? [] : [row.analysis]));
  const has = (test: (analysis: Analysis) => boolean): boolean => analyses.some(test);
  const decision = decideGate({
    verdict: blocking.length === 0 ? null : worstVerdict(blocking),
    findingsLeft: null,
    completeness: has((analysis) => analysis.sbom.completeness === "incomplete") ? "incomplete" : "complete",
    verification: has((analysis) => analysis.sbom.verification === "unverified") ? "unverified" : "verified",
    database: worstDatabase(analyses),
    undeterminedCount: analyses
      .flatMap((analysis) => analysis.findings ?? [])
      .filter((finding) => finding.status === "undetermined").length,
    options,
  });
  return { ...decision, warnings: [...new Set(analyses.flatMap(({ verdict }) => policyWarnings(verdict)))] };
}

function worstDatabase(
  analyses: readonly Analysis[],
): { stale: boolean; missingSpaces: readonly string[] } | null {
  const databases = analyses.flatMap((analysis) => (analysis.database === null ? [] : [analysis.database]));
  if (databases.length === 0) return null;
  return {
    stale: databases.some((database) => database.stale),
    missingSpaces: [...new Set(databases.flatMap((database) => database.missingSpaces))].sort(),
  };
}

const EXAMPLES = `
Examples:
  plimsoll policy alpine:3.22
  plimsoll policy --exit-code --strict registry.example.com/team/app:1.2
  plimsoll policy --platform all --exit-code registry.example.com/team/app:1.2
  plimsoll policy --only-policy default-non-root-user archive://app.tar
  plimsoll policy --policy-config policies.json oci-dir://build/image
  plimsoll policy --result-file result.json registry.example.com/team/app:1.2
  plimsoll policy explain no-secrets registry.example.com/team/app:1.2
  plimsoll policy what-if result.json --policy-config policies.json
  plimsoll policy test tests/policies.json
  plimsoll policy --org acme --exit-code registry.example.com/acme/my-app:1.2

With --org the verdict is the server's, the same as on the image's page; only policies with the effect block stop a gate. An image
that the server does not know (a layout, an archive, a repository that is not enabled) is judged here, by the organisation's
policies and exceptions and this machine's vulnerability database.

Exit codes: 0 met, or no gate asked; 1 operational error; 2 not met (--exit-code) or another cause (--fail-on). Policies with the effect
warn or report never stop a gate.
Content that was not verified by its digest fails every gate: add --verify for archives.`;
