/** `plimsoll sbom`: the inventory as a document, and one document as another. Needs no vulnerability database. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { SigningKey } from "../../attestations/keys.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { Sbom } from "../../domain/package.ts";
import { isIncomplete, printable, type Problem } from "../../domain/problem.ts";
import { parseReference } from "../../oci/reference.ts";
import { sbomFormatNames, sbomWriters, writeSbom } from "../../sbom/documents.ts";
import { selectPackages } from "../../sbom/shared/edges.ts";
import type { SbomSubject, WorkflowRun } from "../../sbom/types.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import {
  addImageOptions,
  chooseReference,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { addInventoryOptions, type InventoryOptions } from "../options/inventory.ts";
import {
  chosenFormats,
  collectList,
  outputOption,
  writeOutputs,
  type OutputOptions,
  type WrittenFile,
} from "../options/output.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";
import { open, runAnalysis } from "../run-analysis.ts";

interface Options extends ImageOptions, OutputOptions, InventoryOptions, SignOptions {
  readonly onlyPackageType?: readonly string[];
}

export const sbom: CommandMaker = (context) => {
  const command = new Command("sbom")
    .description("Write the software bill of materials of an image, folder or SBOM; convert SBOM documents.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  command
    .addOption(
      new Option("--format <format>", `format of the result: ${sbomWriters.map(({ id }) => id).join(", ")}`)
        .default("json")
        .argParser(formatName),
    )
    .addOption(outputOption(sbomFormatNames));
  command.addOption(
    new Option(
      "--only-package-type <types>",
      "only packages of these package URL types (comma separated)",
    ).argParser(collectList),
  );
  addInventoryOptions(command);
  addSignOption(command);
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const key = await outputKey(context, options, options.output);
    const reference = await chooseReference(context, typed, options);
    const { image, sbom: whole } = await takeSubject(context, reference, options);
    const { onlyPackageType: types } = options;
    const shown: Sbom =
      types === undefined
        ? whole
        : {
            ...whole,
            packages: selectPackages(whole.packages, ({ ecosystem }) => types.includes(ecosystem)),
          };
    const run = workflowRun(context.env);
    const subject = {
      image,
      sbom: shown,
      toolVersion: context.version,
      ...(run === null ? {} : { workflow: run }),
    };
    const written = await writeOutputs(context, options, (format) => writeSbom(format, subject));
    if (key !== null) await signSbom(context, { key, subject, options }, written);
    warn(context, whole);
  });
};

interface SbomSigning {
  readonly key: SigningKey;
  readonly subject: SbomSubject;
  readonly options: Options;
}

/** Stated in CycloneDX where that was asked for, else in SPDX, whatever the file is written in. */
async function signSbom(
  context: CliContext,
  { key, subject, options }: SbomSigning,
  written: readonly WrittenFile[],
): Promise<void> {
  const { signFiles } = await import("../attestations/sign-files.ts");
  const { readStatement } = await import("../../attestations/statement.ts");
  const kind = chosenFormats(options).some((format) => format.includes("cyclonedx")) ? "cyclonedx" : "spdx";
  const { predicateType: type, predicate } = readStatement(Buffer.from(writeSbom(`intoto-${kind}`, subject)));
  await signFiles(context, written, { key, images: [subject.image], type, predicate });
}

/** Names that other tools use are taken too. @throws InvalidArgumentError */
function formatName(word: string): string {
  if (sbomFormatNames.includes(word)) return word;
  throw new InvalidArgumentError(`There is ${sbomWriters.map(({ id }) => id).join(", ")}.`);
}

/** A document is converted as it is; what stands in it of its image goes into the new one too. */
async function takeSubject(
  context: CliContext,
  reference: string,
  options: Options,
): Promise<Pick<SbomSubject, "image" | "sbom">> {
  const request = { reference, platform: chosenPlatform(options), options };
  if (!reference.startsWith("sbom://")) {
    return runAnalysis(context, { ...request, database: "none", policies: null, debugPolicies: false });
  }
  if (options.useAttestedSbom === true || options.multiStage === true || options.onlyStage !== undefined) {
    throw new PlimsollError("USAGE", "An SBOM document has no attestations; name the image instead.");
  }
  const opened = await open(context, request);
  try {
    const { readSbom } = await import("../../sbom/read-document.ts");
    const { redactImage } = await import("../../analysis/redact-image.ts");
    const read = readSbom(opened.document ?? new Uint8Array());
    const named: ResolvedImage = { ...opened.image, ...nameOf(read.subjectName), digest: read.subjectDigest };
    // Whoever wrote it need not have left out the secrets of the build.
    return { image: redactImage(read.image ?? named), sbom: read.sbom };
  } finally {
    await opened.close();
  }
}

/** What a foreign document calls its subject, as an image reference where it is one. */
function nameOf(name: string | null): Partial<Pick<ResolvedImage, "reference" | "repository" | "tag">> {
  if (name === null) return {};
  try {
    const { repository, tag } = parseReference(name);
    return { reference: name, repository, tag };
  } catch {
    return { reference: name };
  }
}

/** The run of GitHub Actions that this is, or null: dependency snapshots name commit and job. */
function workflowRun(env: CliContext["env"]): WorkflowRun | null {
  const { GITHUB_SHA: sha, GITHUB_REF: ref, GITHUB_RUN_ID: runId } = env;
  if (sha === undefined || ref === undefined || runId === undefined) return null;
  const { GITHUB_WORKFLOW: workflow = "", GITHUB_JOB: job = "" } = env;
  return { sha, ref, runId, correlator: `${workflow}_${job}` };
}

/** As the reports of examinations show it: behind the message. */
function placeOf({ path }: Problem): string {
  return path === null ? "" : ` (${printable(path)})`;
}

/** An SBOM from which packages may be missing must not look whole, whatever its format can say. */
function warn(context: CliContext, sbom: Sbom): void {
  const reasons = sbom.problems.filter(isIncomplete);
  for (const problem of reasons.slice(0, 10)) {
    context.stderr.write(`incomplete: ${problem.code}: ${problem.message}${placeOf(problem)}\n`);
  }
  if (reasons.length > 10) context.stderr.write(`incomplete: and ${reasons.length - 10} more problems\n`);
  if (reasons.length === 0 && sbom.completeness === "incomplete") {
    context.stderr.write("incomplete: the document says of itself that packages may be missing\n");
  }
  if (sbom.verification === "unverified") {
    context.stderr.write("unverified: layers were read without hashing them; --verify hashes everything\n");
  }
  for (const { code, message } of sbom.problems) {
    if (code.startsWith("ATTESTATION")) context.stderr.write(`attestations: ${message}\n`);
  }
  if (sbom.origin?.kind === "attestation") {
    const signed = sbom.origin.trust === "verified" ? "verified" : "unsigned";
    context.stderr.write(
      `attested: the packages are those of an SBOM attestation (${signed}), the files were not read\n`,
    );
  }
}

const EXAMPLES = `
Examples:
  plimsoll sbom --format cyclonedx -o app.cdx.json alpine:3.22
  plimsoll sbom --output cyclonedx=app.cdx.json --output spdx=app.spdx.json alpine:3.22
  plimsoll sbom --format list oci-dir://build/image
  plimsoll sbom --format spdx fs://.
  plimsoll sbom --format spdx sbom://app.cdx.json`;
