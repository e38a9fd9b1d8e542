/** `plimsoll attestation`: what is said and signed of an image, read, verified and added. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { CommandMaker } from "../command-maker.ts";
import { runAdd, type AddOptions } from "../attestations/add.ts";
import { runGet, type GetOptions } from "../attestations/get.ts";
import { runList, type ListOptions } from "../attestations/list.ts";
import { madeTypes, runMake, type MadeType, type MakeOptions } from "../attestations/make.ts";
import { runSign, type SignOptions } from "../attestations/sign.ts";
import { runVerify, type VerifyOptions } from "../attestations/verify.ts";
import type { CliContext } from "../context.ts";
import { addImageOptions, collectInsecure, IMAGE_ARGUMENT } from "../options/image.ts";
import { addDatabaseOptions } from "../options/database.ts";
import { addOutputOptions, collectList, outputOption } from "../options/output.ts";
import { addPolicyOptions } from "../options/policy.ts";
import { addSeverityOption } from "../options/severity.ts";
import { addTrustOptions } from "../options/trust.ts";
import { addVexOptions } from "../options/vex.ts";

export const attestation: CommandMaker = (context, finish) => {
  const command = new Command("attestation")
    .alias("attest")
    .description("List, get, verify and add attestations of an image.")
    .addHelpText("after", EXAMPLES);
  addReading(command, context, finish);
  addWriting(command, context);
  return command;
};

function addReading(command: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const list = command
    .command("list")
    .description("List attestations and signatures, and who signed them.")
    .argument("<image>", IMAGE_ARGUMENT);
  addOutputOptions(list, ["list", "json"], "list");
  addShared(list).action((image: string, options: ListOptions) => runList(context, image, options));

  const get = command
    .command("get")
    .description("Print one statement, or its predicate.")
    .argument("<image>", IMAGE_ARGUMENT)
    .argument("[digest]", "digest of the attestation, as list shows it")
    .option("--predicate-type <type>", PREDICATE_TYPE)
    .option("--predicate", "print the predicate alone")
    .option("--verify", "print it only when a trusted signer signed it")
    .option("--skip-tlog", SKIP_TLOG)
    .addOption(outputOption([]));
  addShared(get).action((image: string, digest: string | undefined, options: GetOptions) =>
    runGet(context, image, digest, options),
  );

  const verify = command
    .command("verify")
    .description("Verify who signed; exit 2 when what is asked for is not verified.")
    .argument("[image]", `${IMAGE_ARGUMENT}; none: a statement of --file is about the file beside it`)
    .addOption(
      new Option(
        "--file <file>",
        "signed statement in a file, as --sign-key writes it (report.json.dsse.json), or Sigstore bundle, in .jsonl one a line; repeatable",
      ).argParser(collectList),
    )
    .addOption(
      new Option(
        "--predicate-type <type>",
        `${PREDICATE_TYPE}; each has to be verified; repeatable`,
      ).argParser(collectList),
    )
    .option("--signature", "the signature of the image itself has to be verified")
    .option("--skip-tlog", SKIP_TLOG);
  addOutputOptions(verify, ["text", "json"], "text");
  addShared(verify).action(async (image: string | undefined, options: VerifyOptions) =>
    finish(await runVerify(context, image, options)),
  );
}

function addShared(command: Command): Command {
  command.option(
    "--referrer-repository <repository>",
    "repository that holds further referrers of the image",
  );
  return addPlaceOptions(addTrustOptions(command));
}

/** Of `addImageOptions` those that matter where no layer is read. */
function addPlaceOptions(command: Command): Command {
  return command
    .option("--platform <platform>", "platform to choose from an index, e.g. linux/arm64")
    .option("--ref <reference>", "which image of an archive or layout that holds several")
    .addOption(
      new Option(
        "--insecure-registry <host>",
        "registry that may be spoken to without TLS (loopback always may); repeatable",
      ).argParser(collectInsecure),
    )
    .option("--debug", "print stack traces to standard error");
}

function addWriting(command: Command, context: CliContext): void {
  const add = command
    .command("add")
    .description("Attach statements, envelopes or predicates from files to images in a registry.")
    .argument("<images...>", "images in registries")
    .addOption(
      new Option(
        "--file <file>",
        "in-toto statement, DSSE envelope, Sigstore bundle, or the predicate of a statement that is made; repeatable",
      )
        .argParser(collectList)
        .makeOptionMandatory(),
    )
    .option("--predicate-type <type>", PREDICATE_TYPE);
  addAttaching(add);
  addOutputOptions(add, ["text", "json"], "text");
  addPlaceOptions(add).action((images: readonly string[], options: AddOptions) =>
    runAdd(context, images, options),
  );

  const sign = command
    .command("sign")
    .description("Sign images in a registry by their digest: the index, or with --platform the manifest.")
    .argument("<images...>", "images in registries")
    .option("--sign-key <key>", SIGN_KEY)
    .addOption(
      new Option("--as <form>", "tag: under cosign's tag .sig; bundle: as cosign 3 reads")
        .choices(["tag", "bundle"])
        .default("tag"),
    );
  addOutputOptions(sign, ["text", "json"], "text");
  addPlaceOptions(sign).action((images: readonly string[], options: SignOptions) =>
    runSign(context, images, options),
  );

  const make = command
    .command("make")
    .description(
      "State what Plimsoll finds: SBOM, findings, VEX, verdict, health, secrets; sign, write and attach it.",
    )
    .argument("<image>", IMAGE_ARGUMENT)
    .addOption(
      new Option("--type <types>", `what to state: ${madeTypes.join(", ")}; repeatable`)
        .argParser(collectTypes)
        .makeOptionMandatory(),
    )
    .option("--push", "attach the statements to the image in its registry")
    .option("--folder <folder>", "write them there: spdx.dsse.json, verdict.dsse.json")
    .option("--author <author>", "author of VEX statements, e.g. security@example.com");
  addAttaching(make);
  make.addOption(
    new Option("--format <format>", "format of the result").choices(["text", "json"]).default("text"),
  );
  addPolicyOptions(make);
  addVexOptions(make);
  addSeverityOption(make);
  addDatabaseOptions(make);
  addImageOptions(make).action((image: string, options: MakeOptions) => runMake(context, image, options));
}

/** Adds --sign-key, --as, --referrer, --referrer-repository. */
function addAttaching(command: Command): Command {
  return command
    .option("--sign-key <key>", SIGN_KEY)
    .addOption(
      new Option(
        "--as <form>",
        "bundle: a Sigstore bundle; referrer: an envelope or a bare statement; tag: cosign's tag .att (default: bundle where it is signed, else referrer)",
      ).choices(["bundle", "referrer", "tag"]),
    )
    .option("--referrer", "attach it as a referrer, which is done anyhow unless --as tag is given")
    .option("--referrer-repository <repository>", "repository to attach it in, in place of the image's own");
}

/** @throws InvalidArgumentError */
function collectTypes(value: string, previous: readonly MadeType[] | undefined): readonly MadeType[] {
  const words = collectList(value, []);
  const wrong = words.find((word) => !(madeTypes as readonly string[]).includes(word));
  if (wrong !== undefined) throw new InvalidArgumentError(`There is ${madeTypes.join(", ")}.`);
  return [...(previous ?? []), ...(words as MadeType[])];
}

const PREDICATE_TYPE =
  "predicate type, or a word for it: spdx, cyclonedx, vex, provenance, vulnerabilities, verdict, health, secrets";
const SIGN_KEY = "private key in PEM that signs, or exec:PROGRAM";
const SKIP_TLOG = "for scripts written for others: signatures by keys are never looked for in a log";

const EXAMPLES = `
Examples:
  plimsoll attestation list registry.example.com/team/app:1.2
  plimsoll attestation get --predicate-type spdx --predicate registry.example.com/team/app:1.2
  plimsoll attestation verify --key cosign.pub --predicate-type vex registry.example.com/team/app:1.2
  plimsoll attestation add --file app.vex.json --predicate-type vex --sign-key cosign.key registry.example.com/team/app:1.2`;
