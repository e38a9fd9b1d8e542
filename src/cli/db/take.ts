/** `plimsoll db pull` and `plimsoll db import`. */
import { resolve } from "node:path";
import { openBundle } from "../../advisories/bundle.ts";
import { readTrustedKeys } from "../../advisories/envelope.ts";
import { openRegistrySource } from "../../advisories/registry-database.ts";
import { takePublished, type PublishedSource, type TakeReport } from "../../advisories/take-published.ts";
import { judgeByKnownAnswers } from "../../analysis/known-answers.ts";
import { printable } from "../../domain/problem.ts";
import { createRegistryClient } from "../../oci/client.ts";
import { parseReference } from "../../oci/reference.ts";
import { countText, sizeText } from "../../reports/shared/words.ts";
import type { CliContext } from "../context.ts";
import { databaseJson } from "./json.ts";
import { databaseRegistry } from "./registry.ts";

export interface TakeCommandOptions {
  readonly insecureRegistry?: readonly string[];
  readonly allowOlder?: true;
  readonly acceptAnswers?: true;
  readonly format: string;
}

/** @throws PlimsollError DATABASE_*, REFERENCE_INVALID, REGISTRY_… */
export async function runPull(context: CliContext, text: string, options: TakeCommandOptions): Promise<void> {
  const reference = parseReference(text);
  const client = createRegistryClient(databaseRegistry(context, reference, options.insecureRegistry));
  await take(context, options, await openRegistrySource(client, reference));
}

/** @throws PlimsollError DATABASE_*, FILE_NOT_FOUND */
export async function runImport(
  context: CliContext,
  file: string,
  options: TakeCommandOptions,
): Promise<void> {
  const bundle = await openBundle(resolve(context.cwd, file), null);
  try {
    await take(context, options, bundle);
  } finally {
    await bundle.close();
  }
}

async function take(
  context: CliContext,
  options: TakeCommandOptions,
  source: PublishedSource,
): Promise<void> {
  const { databaseDir, databaseTrustedKeys, excludedFeeds } = context.config;
  const report = await takePublished({
    dir: databaseDir,
    source,
    trusted: readTrustedKeys(databaseTrustedKeys),
    exclude: excludedFeeds,
    allowOlder: options.allowOlder === true,
    ...(options.acceptAnswers !== true && { judge: judgeByKnownAnswers }),
    signal: null,
  });
  if (report.keyId === null) context.stderr.write(`warning: ${unchecked(report)}\n`);
  const printed = { origin: source.origin, ...report };
  context.stdout.write(options.format === "json" ? databaseJson("db-pull", printed) : describe(printed));
}

function unchecked({ isSigned }: TakeReport): string {
  return isSigned
    ? "the signature of the database was not checked: name its key in PLIMSOLL_DB_TRUSTED_KEYS"
    : "the database carries no signature: whoever can write where it lies can change it";
}

function describe(report: TakeReport & { readonly origin: string }): string {
  const { status, fetchedCount, fetchedBytes, keptCount, derivedCount, keyId } = report;
  const lines = [
    printable(report.origin, 500),
    `fetched ${countText(fetchedCount, "segment")}, ${sizeText(fetchedBytes)}; ${keptCount} were at hand, ${derivedCount} made from them`,
    ...(keyId === null ? [] : [`signed by ${keyId}`]),
    `${status.advisoryCount} advisories of ${status.updatedAt}; ${report.isChanged ? "changed" : "nothing changed"}; database ${status.digest}`,
  ];
  return `${lines.join("\n")}\n`;
}
