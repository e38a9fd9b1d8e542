/** `plimsoll vex create`: one statement as a new document, or at the end of one that is there. */
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import {
  vexJustifications,
  type VexJustification,
  type VexStatement,
  type VexStatus,
} from "../../domain/vex.ts";
import { imageIdOfPurl, imageIdOfReference } from "../../vex/shared/image-identity.ts";
import { readPurl } from "../../vex/shared/package-identity.ts";
import type { CliContext } from "../context.ts";
import { collectList, writeResult } from "../options/output.ts";
import { outputKey } from "../options/sign.ts";
import {
  addDocumentOptions,
  readVexFile,
  signVex,
  writeVexDocument,
  type DocumentOptions,
} from "./document-options.ts";

export interface CreateOptions extends DocumentOptions {
  readonly vulnerability: readonly string[];
  readonly product: readonly string[];
  readonly subcomponent?: readonly string[];
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  readonly impact?: string;
  readonly action?: string;
  readonly note?: string;
  readonly append?: string;
}

/** Adds the options of the statement and of the document. */
export function addCreateOptions(command: Command): Command {
  const list = (flags: string, text: string): Option => new Option(flags, text).argParser(collectList);
  command
    .addOption(
      list("--vulnerability <ids>", "id of the vulnerability, its aliases after it").makeOptionMandatory(),
    )
    .addOption(
      list(
        "--product <ids>",
        "package URLs or image references it is about; repeatable",
      ).makeOptionMandatory(),
    )
    .addOption(list("--subcomponent <ids>", "package URLs of parts of the products; repeatable"))
    .addOption(
      new Option("--status <status>", "what is stated")
        .choices(["not_affected", "affected", "fixed", "under_investigation"])
        .makeOptionMandatory(),
    )
    .addOption(new Option("--justification <word>", "why it is not affected").choices(vexJustifications))
    .option("--impact <text>", "why it is not affected, in words")
    .option("--action <text>", "what to do, where it is affected")
    .option("--note <text>", "anything else")
    .option("--append <file>", "add it to this OpenVEX document; what stands in it is never changed");
  return addDocumentOptions(command);
}

/** @throws PlimsollError USAGE, VEX_INVALID, FILE_NOT_FOUND, OUTPUT_FAILED */
export async function runCreate(context: CliContext, options: CreateOptions): Promise<void> {
  const { append } = options;
  if (append === undefined) {
    if (options.author === undefined)
      throw new PlimsollError("USAGE", "A statement is somebody's word: name its --author.");
    await writeVexDocument(context, options, [toStatement(context, options, options.author)]);
    return;
  }
  if (options.format !== "openvex")
    throw new PlimsollError("USAGE", "Only a document of OpenVEX is extended.");
  if (options.id !== undefined) throw new PlimsollError("USAGE", "--append keeps the id of the document.");
  const document = parse(await readVexFile(context, append), append);
  const author = options.author ?? authorOf(document);
  const { appendStatement } = await import("../../vex/openvex/append.ts");
  const text = appendStatement(document, toStatement(context, options, author), append);
  const output = options.output ?? [{ format: null, file: append }];
  const key = await outputKey(context, options, output);
  await writeResult(context, { output }, text);
  if (key === null) return;
  const written = output.map(({ file }) => ({ file, text }));
  await signVex(context, written, { key, image: null, document: text });
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PlimsollError("VEX_INVALID", `${printable(name)}: not valid JSON.`, { cause });
  }
}

function authorOf(document: unknown): string {
  const author: unknown = (document as { readonly author?: unknown } | null)?.author;
  return typeof author === "string" ? author : "";
}

function toStatement(context: CliContext, options: CreateOptions, author: string): VexStatement {
  const { status, justification = null, impact = null, action = null, note } = options;
  const subcomponents = options.subcomponent ?? [];
  check(options);
  return {
    document: options.id ?? "",
    location: options.append ?? "",
    author,
    timestamp: context.clock().toISOString(),
    vulnerabilities: options.vulnerability,
    products: options.product.map((id) => ({ ids: [id], subcomponents })),
    status,
    justification,
    impactStatement: impact,
    actionStatement: action,
    ...(note === undefined ? {} : { statusNotes: note }),
  };
}

/** A statement that could never apply, or that readers refuse, is refused before it is published. */
function check({ status, justification, impact, action, product, subcomponent = [] }: CreateOptions): void {
  const fault =
    status === "not_affected" && justification === undefined && impact === undefined
      ? "not_affected needs a --justification or an --impact."
      : status !== "not_affected" && (justification ?? impact) !== undefined
        ? "--justification and --impact belong to not_affected."
        : status === "affected" && action === undefined
          ? "affected needs an --action: what to do."
          : null;
  if (fault !== null) throw new PlimsollError("USAGE", fault);
  for (const id of product) {
    if (readPurl(id) === null && imageIdOfReference(id) === null)
      throw new PlimsollError("USAGE", `${printable(id)} is neither a package URL nor an image reference.`);
  }
  for (const id of subcomponent) {
    if (readPurl(id) === null) throw new PlimsollError("USAGE", `${printable(id)} is not a package URL.`);
  }
  if (status === "fixed" && !product.every((id) => isVersioned(id, subcomponent)))
    throw new PlimsollError("USAGE", "fixed names a version: of the --product, or of each --subcomponent.");
}

/** As readers ask of `fixed`: the version of the package, or the tag or digest of the image. */
function isVersioned(id: string, parts: readonly string[]): boolean {
  const purl = readPurl(id);
  const image = purl === null ? imageIdOfReference(id) : imageIdOfPurl(purl);
  if (image !== null && (image.tag ?? image.digest) !== null) return true;
  if (parts.length > 0) return parts.every((part) => (readPurl(part)?.version ?? "") !== "");
  return image === null && (purl?.version ?? "") !== "";
}
