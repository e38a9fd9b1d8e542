/** `plimsoll attestation make`: what Plimsoll finds of an image as statements, signed, written into files or attached. */
import { resolve } from "node:path";
import type { AttestationAddReport } from "../../api/attestation-reports.ts";
import type { SigningKey } from "../../attestations/keys.ts";
import {
  findingsPredicate,
  findingsType,
  healthPredicate,
  healthType,
  malwareType,
  secretsType,
  verdictType,
  vexType,
} from "../../attestations/predicates.ts";
import { writeStatement } from "../../attestations/statement.ts";
import type { Analysis } from "../../domain/analysis.ts";
import { PlimsollError } from "../../domain/error.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { renderReport } from "../../reports/render.ts";
import { writeSbom } from "../../sbom/documents.ts";
import type { CliContext } from "../context.ts";
import type { DatabaseOptions } from "../options/database.ts";
import { chosenPlatform, type ImageOptions } from "../options/image.ts";
import type { OutputOptions } from "../options/output.ts";
import { choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { renderOptions } from "../options/render.ts";
import type { SeverityOptions } from "../options/severity.ts";
import { openSigningKey } from "../options/trust.ts";
import type { VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";
import { runExamination, runVirusScan } from "../run-examination.ts";
import { attachOne, needDigest, tell } from "./add.ts";
import { makeReady, type AttachAs, type ReadyStatement } from "./attach.ts";
import { statedMalware, statedSecrets } from "./stated-secrets.ts";

export const madeTypes = [
  "spdx",
  "cyclonedx",
  "findings",
  "vex",
  "verdict",
  "health",
  "secrets",
  "malware",
] as const;
export type MadeType = (typeof madeTypes)[number];

export interface MakeOptions
  extends
    ImageOptions,
    DatabaseOptions,
    SeverityOptions,
    VexOptions,
    PolicyOptions,
    Pick<OutputOptions, "format"> {
  readonly type: readonly MadeType[];
  readonly signKey?: string;
  readonly push?: true;
  readonly folder?: string;
  readonly author?: string;
  readonly as?: AttachAs;
  readonly referrerRepository?: string;
}

/** @throws PlimsollError USAGE, KEY_INVALID, KEY_PASSWORD_WRONG; those of the analysis and of registries */
export async function runMake(context: CliContext, reference: string, options: MakeOptions): Promise<void> {
  if (options.push !== true && options.folder === undefined)
    throw new PlimsollError("USAGE", "Say where the statements go: --push, or --folder.");
  const isAsked = options.signKey !== undefined || context.config.signing.signKey !== null;
  // Asked first: a wrong password is not to cost a scan.
  const key = isAsked ? await openSigningKey(context, options.signKey) : null;
  if (key === null)
    context.stderr.write("warning: nobody can tell who wrote what is not signed: give --sign-key\n");
  const analysis = await analyse(context, reference, options);
  const added: AttestationAddReport["added"] = [];
  for (const type of new Set(options.type)) {
    const statement = await statementOf(context, { type, reference, analysis, options });
    if (statement === null) context.stderr.write(`${type}: nothing to state, so no statement was made.\n`);
    else added.push(...(await deliver(context, { type, statement, key, analysis, options })));
  }
  if (options.push === true) await tell(context, added, { format: options.format });
}

/** The database is needed for what is judged alone. */
async function analyse(context: CliContext, reference: string, options: MakeOptions): Promise<Analysis> {
  const judges = options.type.some((type) => type === "verdict" || type === "health");
  const needsFindings = judges || options.type.some((type) => type === "findings" || type === "vex");
  const chosen = judges ? await choosePolicies(context, options) : null;
  return runAnalysis(context, {
    reference,
    platform: chosenPlatform(options),
    options,
    database: needsFindings ? "required" : "none",
    policies: chosen?.policies ?? null,
    debugPolicies: false,
  });
}

interface Wanted {
  readonly type: MadeType;
  readonly reference: string;
  readonly analysis: Analysis;
  readonly options: MakeOptions;
}

/** Null: there is nothing to state. */
async function statementOf(context: CliContext, wanted: Wanted): Promise<Buffer | null> {
  const { type, analysis } = wanted;
  const { image, sbom } = analysis;
  if (type === "spdx" || type === "cyclonedx") {
    const subject = { image, sbom, toolVersion: context.version };
    return Buffer.from(writeSbom(`intoto-${type}`, subject));
  }
  const about = { name: image.repository ?? image.reference, digest: needDigest(image) };
  const made = await predicateOf(context, wanted);
  return made === null ? null : writeStatement(about, made.type, made.predicate);
}

async function predicateOf(
  context: CliContext,
  { type, reference, analysis, options }: Wanted,
): Promise<{ readonly type: string; readonly predicate: unknown } | null> {
  const making = { toolVersion: context.version, now: context.clock() };
  switch (type) {
    case "findings":
      return { type: findingsType, predicate: findingsPredicate(analysis, making) };
    case "health":
      return { type: healthType, predicate: healthPredicate(analysis, making) };
    case "verdict": {
      const text = renderReport(
        "json",
        { view: "policy", analysis, platforms: [] },
        renderOptions(context, {}),
      );
      return { type: verdictType, predicate: JSON.parse(text) };
    }
    case "secrets": {
      const { secrets } = await runExamination(context, reference, options, "secrets");
      return { type: secretsType, predicate: statedSecrets(secrets) };
    }
    case "malware": {
      const viruses = await runVirusScan(context, reference, options);
      return { type: malwareType, predicate: statedMalware(viruses) };
    }
    default:
      return vexOf(analysis, options.author, making.now);
  }
}

/** The statements that decided something, about this very image, as our own document. */
async function vexOf(
  { findings, image }: Analysis,
  author: string | undefined,
  timestamp: Date,
): Promise<{ readonly type: string; readonly predicate: unknown } | null> {
  if (author === undefined) throw new PlimsollError("USAGE", "VEX statements need an --author.");
  const digest = needDigest(image);
  const { openvex } = await import("../../vex/openvex/index.ts");
  const statements = (findings ?? []).flatMap((finding) => {
    if (finding.statement === null) return [];
    const products = [
      {
        ids: [`pkg:oci/${nameOf(image.repository)}@${encodeURIComponent(digest)}`],
        subcomponents: [finding.package.purl],
      },
    ];
    const vulnerabilities = [finding.vulnerability, ...finding.aliases];
    return [{ ...finding.statement, vulnerabilities, products }];
  });
  if (statements.length === 0) return null;
  const text = openvex.write({ statements, author, timestamp, id: null });
  return { type: vexType, predicate: JSON.parse(text) };
}

function nameOf(repository: string | null): string {
  return (repository?.split("/").at(-1) ?? "image").toLowerCase();
}

interface Delivery {
  readonly type: MadeType;
  readonly statement: Buffer;
  readonly key: SigningKey | null;
  readonly analysis: Analysis;
  readonly options: MakeOptions;
}

async function deliver(
  context: CliContext,
  { type, statement, key, analysis, options }: Delivery,
): Promise<AttestationAddReport["added"]> {
  const ready: ReadyStatement = await makeReady(statement, key);
  if (options.folder !== undefined) {
    const name = `${type}.${ready.isSigned ? "dsse" : "intoto"}.json`;
    await writeFileAtomic(resolve(context.cwd, options.folder, name), ready.bytes);
    context.stderr.write(`written to ${options.folder}/${name}\n`);
  }
  if (options.push !== true) return [];
  const subject = needDigest(analysis.image);
  return [await attachOne(context, analysis.image, { ...ready, subject }, options)];
}
