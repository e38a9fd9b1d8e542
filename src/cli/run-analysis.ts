/**
 * What the analysing commands share: opening the image and the database, running the line, closing both.
 */
import type { Analysis } from "../domain/analysis.ts";
import type { Exception } from "../domain/exception.ts";
import { defaultUnpackLimits } from "../domain/files.ts";
import type { Platform, ResolvedImage } from "../domain/image.ts";
import type { StoredInventory } from "../domain/known-image.ts";
import type { BaseByLayers, SbomCache, TagResolver } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";
import type { TrustedSigners } from "../domain/signature.ts";
import { analyze } from "../analysis/analyze.ts";
import { databaseOptionAsOf, isAfter, type Undated } from "../analysis/as-of.ts";
import type { AnalyzeOptions } from "../analysis/options.ts";
import { openCaches } from "../analysis/caches.ts";
import { baseByLayers } from "../analysis/known-bases.ts";
import { openStored } from "../analysis/known-image.ts";
import { readTrustedSigners } from "../analysis/read-signers.ts";
import { openImage } from "../image/open.ts";
import type { OpenedImage } from "../image/types.ts";
import { createTagResolver } from "../oci/tag-resolver.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import { configuredSigners } from "./configured-signers.ts";
import type { CliContext } from "./context.ts";
import type { DatabaseOptions } from "./options/database.ts";
import { knownImages, recordAnalysed } from "./known-images.ts";
import { resolveOptions, type ImageOptions } from "./options/image.ts";
import { inventoryChoice, type InventoryOptions } from "./options/inventory.ts";
import { warnOfSilentSources, type SeverityOptions } from "./options/severity.ts";
import { authorFilter, readVexLocations, type VexOptions } from "./options/vex.ts";
import { registryClient } from "./registry-client.ts";
import { openScanDatabase } from "./scan-database.ts";
import { watchBaseVex, type BaseVexWatch } from "./vex/base-vex.ts";
import { warnOfVex } from "./vex/warnings.ts";

export interface AnalysisRequest {
  readonly reference: string;
  readonly platform: Platform | null;
  readonly options: ImageOptions & VexOptions & InventoryOptions & DatabaseOptions & SeverityOptions;
  /** `required`: what is missing is fetched, or the command fails; `optional`: findings are null then; `none`: not opened. */
  readonly database: "required" | "optional" | "none";
  /** Null: policies are not evaluated. */
  readonly policies: readonly PolicyDefinition[] | null;
  readonly debugPolicies: boolean;
  /** See `AnalyzeOptions`. */
  readonly keepsFacts?: boolean;
  /** Id of a vulnerability to explain, also where it does not apply. */
  readonly explains?: string;
  /** Say of each VEX statement what became of it. */
  readonly explainsVex?: boolean;
  /** False: what was read is not kept among the known images. Absent: it is. */
  readonly keeps?: false;
  /** Judges as an organisation's server would; absent: the user judges alone. */
  readonly organisation?: OrganisationFacts;
  /** Judges by this time; absent: by now. `undated` counts advisories of which nobody knows whether they were there then. */
  readonly asOf?: { readonly at: Date; readonly undated: Undated };
}

/** What an organisation adds to an analysis. */
export interface OrganisationFacts {
  /** Approved ones. */
  readonly exceptions: readonly Exception[];
  /**
   * Its images, asked by the layers; absent: those that this machine knows. Content is verified then, since a config could name the
   * layers of another image.
   */
  readonly findBaseByLayers?: BaseByLayers;
  /** Whose signatures it believes; absent: those of the settings. */
  readonly signers?: TrustedSigners;
}

/** Opens, analyses and closes. @throws PlimsollError when nothing can be said */
export async function runAnalysis(context: CliContext, request: AnalysisRequest): Promise<Analysis> {
  // Asked first: without it the answer would be no answer, however long the image takes.
  const { database, close } = openScanDatabase(context, request.database, request.options);
  try {
    const opened = await open(context, request);
    try {
      return await analyzeOpened(context, request, opened, database);
    } finally {
      await opened.close();
    }
  } finally {
    close();
  }
}

/** Judges an image that was analysed before, by the database of now; nothing of it is fetched. */
export async function runStoredAnalysis(
  context: CliContext,
  request: Omit<AnalysisRequest, "reference">,
  stored: StoredInventory,
): Promise<Analysis> {
  const { opened, cache } = openStored(stored);
  const { database, close } = openScanDatabase(context, request.database, request.options);
  try {
    const { reference } = stored.image;
    return await analyzeOpened(context, { ...request, reference, keeps: false }, opened, database, cache);
  } finally {
    close();
  }
}

/** Opens only the image, for commands that look at its index first. The caller closes it. */
export function open(
  context: CliContext,
  request: Pick<AnalysisRequest, "reference" | "platform" | "options" | "organisation">,
): Promise<OpenedImage> {
  context.step?.(`reading ${request.reference}`);
  return openImage(request.reference, {
    ...resolveOptions(context, request.options, request.platform),
    ...(request.organisation?.signers === undefined ? {} : { findsSignatures: true }),
  });
}

async function analyzeOpened(
  context: CliContext,
  request: AnalysisRequest,
  opened: OpenedImage,
  database: AnalyzeOptions["database"],
  stored: SbomCache | null = null,
): Promise<Analysis> {
  const { organisation, asOf } = request;
  const now = context.clock();
  const vex = await readVexLocations(context, request.options);
  const baseVex = request.options.baseVex === true ? watchBaseVex() : null;
  const { examines, ...outside } = await sourcesOf(context, request, opened, baseVex);
  const options: AnalyzeOptions = {
    limits: defaultUnpackLimits,
    // What is stored is as it was proved then.
    verify: stored === null && (request.options.verify === true || organisation !== undefined),
    walled: true,
    ...cachesOf(context),
    ...(stored === null ? {} : { cache: stored }),
    database:
      asOf === undefined ? database : databaseOptionAsOf(database, { at: asOf.at, now }, asOf.undated),
    usesReachability: context.config.usesReachability,
    severitySources: request.options.severitySource ?? [],
    databaseAgeHoursMax: context.config.databaseAgeHoursMax,
    statements:
      asOf === undefined
        ? vex.statements
        : vex.statements.filter(({ timestamp }) => !isAfter(timestamp, asOf.at)),
    ...(vex.findStatements === null ? {} : { findStatements: vex.findStatements }),
    exceptions: [...(organisation?.exceptions ?? []), ...(await exceptionsOfFiles(context))],
    // Of an organisation's verdict trust decides, which an author's name gives to nobody.
    trustsAuthor: organisation === undefined ? authorFilter(context, request.options) : null,
    // What the user names or the image brings is no word of the organisation: it is told as a proposal.
    ...(organisation === undefined ? {} : { tierMin: "approved" as const }),
    policies: request.policies,
    debugPolicies: request.debugPolicies,
    keepsFacts: request.keepsFacts === true,
    explains: request.explains ?? null,
    ...(request.explainsVex === true ? { explainsVex: true } : {}),
    resolveTag: request.policies === null ? null : tagResolver(context, request.options),
    findBaseByLayers: organisation?.findBaseByLayers ?? ownBases(context, opened.image),
    claimsByLayers: organisation === undefined,
    signers: signersOf(context, organisation),
    // Others rely on an organisation's verdict, so what anybody could have written proves nothing there.
    acceptsUnsignedProvenance: organisation === undefined,
    ...inventoryChoice(request.options),
    ...outside,
    // No file of a stored image is there to look into, and nothing found in none would look like nothing there.
    ...(stored === null && examines !== undefined ? { examines } : {}),
    clock: asOf === undefined ? context.clock : () => asOf.at,
    monotonicMs: context.monotonicMs,
    signal: null,
  };
  const analysis = await analyze(opened, options);
  if (request.keeps !== false) await recordAnalysed(context, analysis, request.options.debug === true);
  if (request.options.debug === true) printSteps(context, analysis);
  baseVex?.warn(context);
  warnOfSilentSources(context, request.options, analysis.findings ?? []);
  const problems = [...analysis.problems, ...vex.problems];
  if (request.explainsVex !== true) warnOfVex(context, problems);
  return { ...analysis, problems };
}

/** A repository's own file names nobody whom an organisation believes. */
function signersOf(context: CliContext, organisation: OrganisationFacts | undefined): TrustedSigners {
  if (organisation === undefined) return configuredSigners(context);
  return organisation.signers ?? readTrustedSigners(context.config.signing);
}

async function exceptionsOfFiles(context: CliContext): Promise<readonly Exception[]> {
  const { project = null } = context.files ?? {};
  if (project === null || project.exceptions.length + project.ignore.length === 0) return [];
  const { projectExceptions } = await import("./project-exceptions.ts");
  return projectExceptions(context);
}

/** Nothing is loaded for an analysis that asks nobody. */
async function sourcesOf(
  context: CliContext,
  { policies, options, organisation }: AnalysisRequest,
  { image }: OpenedImage,
  baseVex: BaseVexWatch | null,
): Promise<Partial<AnalyzeOptions>> {
  if (policies === null && baseVex === null) return {};
  const { baseAttestations, policySources } = await import("./policy-sources.ts");
  const signers = signersOf(context, organisation);
  const asked = { options, platform: image.config.platform, signers, image };
  return {
    ...(policies === null ? {} : await policySources(context, { ...asked, policies })),
    ...(baseVex === null ? {} : { findBaseAttestations: baseVex.watch(baseAttestations(context, asked)) }),
  };
}

/** Bases among the images that this machine knows. */
function ownBases(context: CliContext, image: ResolvedImage): BaseByLayers {
  return baseByLayers(image, knownImages(context));
}

/** The caches of settings; none where they are switched off. */
export function cachesOf(context: CliContext): Pick<AnalyzeOptions, "cache" | "layersFor" | "redactions"> {
  const { useCache, cacheDir, cacheBytesMax } = context.config;
  if (!useCache) return { cache: null };
  let isTold = false;
  const { sboms, layersFor, redactions } = openCaches({
    folder: cacheDir,
    bytesMax: cacheBytesMax,
    owner: null,
    onWriteFailure: (error) => {
      if (isTold) return;
      isTold = true;
      const reason = printable(error instanceof Error ? error.message : String(error));
      context.stderr.write(
        `warning: the cache in ${printable(cacheDir)} cannot be written (${reason}); the next run reads the image again. ` +
          "PLIMSOLL_CACHE_DIR names another folder, PLIMSOLL_NO_CACHE=1 does without.\n",
      );
    },
  });
  return { cache: sboms, layersFor, redactions };
}

function tagResolver(context: CliContext, options: ImageOptions): TagResolver {
  if (context.config.isOffline)
    return async () => ({ reason: "PLIMSOLL_OFFLINE is set, so no registry was asked" });
  return createTagResolver(registryClient(context, options));
}

function printSteps(context: CliContext, analysis: Analysis): void {
  for (const { step, ms, count } of analysis.steps) {
    context.stderr.write(`debug: ${step.padEnd(8)} ${ms.toFixed(1).padStart(9)} ms  ${count}\n`);
  }
  if (analysis.fromCache) context.stderr.write("debug: the inventory came from the cache\n");
  for (const problem of [...analysis.sbom.problems, ...analysis.problems].slice(0, 100)) {
    context.stderr.write(`debug: ${problem.code} ${printable(problem.path ?? "")} ${problem.message}\n`);
  }
}
