/** `plimsoll hygiene`: how an image is configured and what was left in it. */
import { Command, Option } from "commander";
import { severities } from "../../domain/advisory.ts";
import type { HygieneResult } from "../../domain/hygiene.ts";
import { PlimsollError } from "../../domain/error.ts";
import { hygieneChecks } from "../../hygiene/run-checks.ts";
import { reportByStandard, standards } from "../../hygiene/standards/report.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addImageOptions, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, checkOutput, collectList, type OutputOptions } from "../options/output.ts";
import { LIST_FORMATS, writeReport, type DisplayOptions } from "../options/render.ts";
import { closeExamination, examinationCauses, readSeverities, runExamination } from "../run-examination.ts";

interface Options extends ImageOptions, OutputOptions, DisplayOptions {
  readonly exitCode?: true;
  readonly strict?: true;
  readonly standard?: string;
  readonly onlySeverity?: readonly string[];
  readonly ignore?: readonly string[];
  readonly clamav: "auto" | "off";
}

const FORMATS: Readonly<Record<string, string>> = {
  text: "table",
  json: "json",
  sarif: "sarif",
  markdown: "markdown",
};

export const hygiene: CommandMaker = (context, finish) => {
  const command = new Command("hygiene")
    .description(
      "Check how an image is configured, what was left in it, and code that is a problem by itself.",
    )
    .argument("<image>", IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, [...Object.keys(FORMATS), ...LIST_FORMATS], "text", {
    template: true,
    onlyId: "ids of the checks that failed or could not be made alone, one a line",
  });
  command
    .option("-e, --exit-code", "exit 2 when a check fails")
    .option("--strict", "the same, and exit 2 when something could not be read or searched")
    .addOption(
      new Option("--standard <id>", "report by the controls of a standard").choices(
        standards.map(({ id }) => id),
      ),
    )
    .addOption(new Option("--only-severity <list>", "only checks of these severities").argParser(collectList))
    .addOption(
      new Option("--ignore <checks>", "checks whose result is not wanted, by id").argParser(collectList),
    )
    .addOption(
      new Option("--clamav <when>", "ask ClamAV's clamscan, where it is installed, about every layer")
        .choices(["auto", "off"])
        .default("off"),
    )
    .option("--details", "all findings, passed checks and references");
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const keeps = filterOf(options);
    checkOutput(context, options.output);
    const whole = await runExamination(context, reference, options, "all");
    const examination = { ...whole, hygiene: whole.hygiene.filter(keeps) };
    const standard =
      options.standard === undefined ? null : reportByStandard(options.standard, whole.hygiene);
    const report = { view: "hygiene", examination, standard } as const;
    await writeReport(context, options, report, { names: FORMATS });
    const failed = examination.hygiene
      .filter(({ status }) => status === "failed")
      .map(({ check }) => check.id);
    const found = failed.length === 0 ? null : `hygiene: checks failed: ${failed.join(", ")}`;
    finish(closeExamination(context, examinationCauses(found, examination, options)));
  });
};

/** @throws PlimsollError USAGE on a check or severity that does not exist */
function filterOf({ onlySeverity, ignore = [] }: Options): (result: HygieneResult) => boolean {
  const wanted = onlySeverity === undefined ? new Set(severities) : readSeverities(onlySeverity);
  const unknown = ignore.find((id) => !hygieneChecks.some((check) => check.id === id));
  if (unknown !== undefined)
    throw new PlimsollError("USAGE", `--ignore does not know the check "${unknown}".`);
  return ({ check }) => wanted.has(check.severity) && !ignore.includes(check.id);
}

const EXAMPLES = `
Examples:
  plimsoll hygiene alpine:3.22
  plimsoll hygiene --exit-code --only-severity critical,high archive://app.tar
  plimsoll hygiene --standard cis oci-dir://build/image
  plimsoll hygiene --clamav auto registry.example.com/team/app:1.2
  plimsoll hygiene --ignore PLM-0007,PLM-0008 --details registry.example.com/team/app:1.2

A check that lacks what it needs is not checked, which is neither passed nor failed; so is a control of a standard without a check.

Exit codes: 0 no gate asked, or nothing failed; 1 operational error; 2 a check failed (--exit-code), or not everything read (--strict).`;
