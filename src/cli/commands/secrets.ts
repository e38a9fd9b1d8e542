/** `plimsoll secrets`: secrets in the files, environment, labels and build history of an image. */
import { Command, Option } from "commander";
import { secretsType } from "../../attestations/predicates.ts";
import { signFiles } from "../attestations/sign-files.ts";
import { statedSecrets } from "../attestations/stated-secrets.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addImageOptions, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, checkOutput, collectList, type OutputOptions } from "../options/output.ts";
import { LIST_FORMATS, writeReport, type DisplayOptions } from "../options/render.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";
import { closeExamination, examinationCauses, readSeverities, runExamination } from "../run-examination.ts";

interface Options extends ImageOptions, OutputOptions, DisplayOptions, SignOptions {
  readonly exitCode?: true;
  readonly strict?: true;
  readonly onlySeverity?: readonly string[];
}

const FORMATS: Readonly<Record<string, string>> = {
  text: "table",
  json: "json",
  sarif: "sarif",
  markdown: "markdown",
};

export const secrets: CommandMaker = (context, finish) => {
  const command = new Command("secrets")
    .description("Find secrets in the files, environment, labels and build history of an image.")
    .argument("<image>", IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, [...Object.keys(FORMATS), ...LIST_FORMATS], "text", {
    template: true,
    onlyId: "ids of the rules that found something alone, one a line",
  });
  command
    .option("-e, --exit-code", "exit 2 when secrets are found")
    .option("--strict", "the same, and exit 2 when something could not be read or searched")
    .addOption(
      new Option("--only-severity <list>", "only secrets of these severities").argParser(collectList),
    );
  addSignOption(command);
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const wanted = readSeverities(options.onlySeverity);
    checkOutput(context, options.output);
    const key = await outputKey(context, options, options.output);
    const examination = await runExamination(context, reference, options, "secrets");
    const findings = examination.secrets.findings.filter(({ severity }) => wanted.has(severity));
    const shown = { ...examination, secrets: { ...examination.secrets, findings } };
    const report = { view: "secrets", examination: shown } as const;
    const predicate = key === null ? null : statedSecrets(examination.secrets);
    const written = await writeReport(context, options, report, { names: FORMATS });
    if (key !== null)
      await signFiles(context, written, { key, images: [examination.image], type: secretsType, predicate });
    const count = findings.length + examination.secrets.notListed;
    const found = count === 0 ? null : `secrets: ${count} found`;
    finish(closeExamination(context, examinationCauses(found, examination, options)));
  });
};

const EXAMPLES = `
Examples:
  plimsoll secrets alpine:3.22
  plimsoll secrets --exit-code archive://app.tar
  plimsoll secrets --format sarif -o secrets.sarif oci-dir://build/image
  plimsoll secrets fs://.

At most four characters of a value are ever shown, and none of a password. Files that a later layer deletes are searched too:
whoever has the image has them.

Exit codes: 0 no gate asked, or nothing found; 1 operational error; 2 secrets found (--exit-code), or not everything searched (--strict).`;
