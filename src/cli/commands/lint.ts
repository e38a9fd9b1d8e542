/** `plimsoll lint`: the hygiene checks that a Dockerfile can answer, before the build. */
import { open, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { lintChecks, lintDockerfile } from "../../hygiene/dockerfile/lint.ts";
import { isSecretName, secretTitlesIn } from "../../secrets/configuration.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addOutputOptions, checkOutput, collectList, type OutputOptions } from "../options/output.ts";
import { LIST_FORMATS, writeReport, type DisplayOptions } from "../options/render.ts";
import { closeExamination, readSeverities } from "../run-examination.ts";

interface Options extends OutputOptions, DisplayOptions {
  readonly exitCode?: true;
  readonly onlySeverity?: readonly string[];
  readonly ignore?: readonly string[];
}

const FORMATS: Readonly<Record<string, string>> = {
  text: "table",
  json: "json",
  sarif: "sarif",
  markdown: "markdown",
};

/** Bytes of a Dockerfile. */
const BYTES_MAX = 4 * 1024 * 1024;

export const lint: CommandMaker = (context, finish) => {
  const command = new Command("lint")
    .description("Check a Dockerfile before the build.")
    .argument("<file>", "Dockerfile, or - for standard input")
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, [...Object.keys(FORMATS), ...LIST_FORMATS], "text", {
    template: true,
    onlyId: "ids of the checks that found something alone, one a line",
  });
  command
    .option("-e, --exit-code", "exit 2 when something is found")
    .addOption(new Option("--only-severity <list>", "only checks of these severities").argParser(collectList))
    .addOption(
      new Option("--ignore <checks>", "checks whose result is not wanted, by id").argParser(collectList),
    )
    .option("--details", "say what to do");
  return command.action(async (file: string, options: Options) => {
    const wanted = readSeverities(options.onlySeverity);
    const ignored = options.ignore ?? [];
    const unknown = ignored.find((id) => !lintChecks.some((check) => check.id === id));
    if (unknown !== undefined)
      throw new PlimsollError("USAGE", `--ignore does not know the check "${unknown}".`);
    checkOutput(context, options.output);
    const text = await readDockerfile(context, file);
    const whole = lintDockerfile(text, { file, findSecrets: secretTitlesIn, isSecretName });
    const keeps = ({
      check,
    }: {
      readonly check: { readonly id: string; readonly severity: string };
    }): boolean => [...wanted].some((severity) => severity === check.severity) && !ignored.includes(check.id);
    const result = {
      ...whole,
      findings: whole.findings.filter(keeps),
      checks: whole.checks.filter((check) => keeps({ check })),
    };
    await writeReport(context, options, { view: "lint", lint: result }, { names: FORMATS });
    const { length } = result.findings;
    const causes = options.exitCode === true && length > 0 ? [`lint: ${length} findings`] : [];
    finish(closeExamination(context, causes));
  });
};

/** @throws PlimsollError FILE_NOT_FOUND; USAGE for what is no Dockerfile */
async function readDockerfile(context: CliContext, file: string): Promise<string> {
  const bytes =
    file === "-" ? await readAll(context.stdin) : await readFile(resolve(context.cwd, file), file);
  if (bytes.length > BYTES_MAX)
    throw new PlimsollError("USAGE", `${printable(file)} is too large to be a Dockerfile.`);
  if (bytes.includes(0)) throw new PlimsollError("USAGE", `${printable(file)} is no text.`);
  return bytes.toString("utf8");
}

async function readFile(path: string, name: string): Promise<Buffer> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, "r");
    return await readAll(handle.createReadStream({ end: BYTES_MAX, autoClose: false }));
  } catch (error) {
    throw new PlimsollError("FILE_NOT_FOUND", `${printable(name)} cannot be read.`, { cause: error });
  } finally {
    await handle?.close();
  }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BYTES_MAX) break;
  }
  return Buffer.concat(chunks);
}

const EXAMPLES = `
Examples:
  plimsoll lint Dockerfile
  plimsoll lint --exit-code --ignore CIS-DI-0006 docker/app.Dockerfile
  plimsoll lint --format sarif -o lint.sarif Dockerfile

The checks have the ids of plimsoll hygiene, which asks the same of the built image.

Exit codes: 0 no gate asked, or nothing found; 1 operational error; 2 something found (--exit-code).`;
