/** `plimsoll db push` and `plimsoll db export`. */
import { resolve } from "node:path";
import { makeArtifact, type Artifact } from "../../advisories/artifact.ts";
import { writeBundle } from "../../advisories/bundle.ts";
import { readSigningKey } from "../../advisories/envelope.ts";
import { pushDatabase } from "../../advisories/registry-database.ts";
import { printable } from "../../domain/problem.ts";
import { createRegistryWriter } from "../../oci/push.ts";
import { formatReference, parseReference } from "../../oci/reference.ts";
import { sizeText } from "../../reports/shared/words.ts";
import type { CliContext } from "../context.ts";
import { databaseJson } from "./json.ts";
import { databaseRegistry } from "./registry.ts";

export interface PushCommandOptions {
  readonly insecureRegistry?: readonly string[];
  readonly format: string;
}

/** @throws PlimsollError DATABASE_*, REFERENCE_INVALID, REGISTRY_… */
export async function runPush(context: CliContext, text: string, options: PushCommandOptions): Promise<void> {
  const reference = parseReference(text);
  const writer = createRegistryWriter(databaseRegistry(context, reference, options.insecureRegistry));
  const artifact = await signedArtifact(context);
  const report = await pushDatabase(context.config.databaseDir, artifact, writer, reference);
  const { digest, sentCount, sentBytes, knownCount } = report;
  const lines = [
    `${formatReference(reference)}`,
    `sent ${sentCount} of ${sentCount + knownCount} segments, ${sizeText(sentBytes)}`,
    digest,
  ];
  print(context, "db-push", options, { reference: formatReference(reference), ...report }, lines);
}

/** @throws PlimsollError DATABASE_*; system errors */
export async function runExport(
  context: CliContext,
  file: string,
  options: PushCommandOptions,
): Promise<void> {
  const path = resolve(context.cwd, file);
  const artifact = await signedArtifact(context);
  const sizeBytes = await writeBundle(context.config.databaseDir, artifact, path);
  const { isSigned, segments } = artifact;
  const report = { file: path, sizeBytes, isSigned, segmentCount: segments.length };
  print(context, "db-export", options, report, [
    `${printable(path)}`,
    `${sizeText(sizeBytes)} in ${segments.length} segments`,
  ]);
}

async function signedArtifact(context: CliContext): Promise<Artifact> {
  const { databaseDir, databaseSigningKey } = context.config;
  const key = databaseSigningKey === null ? null : readSigningKey(databaseSigningKey);
  const artifact = await makeArtifact(databaseDir, key);
  if (!artifact.isSigned) {
    context.stderr.write(
      "warning: the database is not signed, so nobody can tell whether it is yours: set PLIMSOLL_DB_SIGNING_KEY\n",
    );
  }
  return artifact;
}

function print(
  context: CliContext,
  name: "db-push" | "db-export",
  { format }: PushCommandOptions,
  report: object,
  lines: readonly string[],
): void {
  context.stdout.write(format === "json" ? databaseJson(name, report) : `${lines.join("\n")}\n`);
}
