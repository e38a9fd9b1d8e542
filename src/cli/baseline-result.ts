/**
 * A stored result file as a baseline: the packages in it are judged by the database of now, and the policies of now judge what it recorded
 * of everything else. So both sides are held against the same, and an advisory that came since is new to neither.
 */
import type { Analysis } from "../domain/analysis.ts";
import { emptyImageConfig } from "../domain/empty-image-config.ts";
import { PlimsollError } from "../domain/error.ts";
import { formatPlatform, type ImageConfig, type Platform, type ResolvedImage } from "../domain/image.ts";
import { recordOf, type JsonRecord } from "../domain/json-record.ts";
import type { StoredInventory } from "../domain/known-image.ts";
import type { Package } from "../domain/package.ts";
import type { FactName, ImageFacts } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { parsePlatform } from "../oci/platform.ts";
import { parseReference } from "../oci/reference.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import { packageFromPurl } from "../sbom/package-from-purl.ts";
import type { CliContext } from "./context.ts";
import { judgeRecorded, readJsonFile } from "./policy/recorded.ts";
import { runStoredAnalysis, type AnalysisRequest } from "./run-analysis.ts";

/** @throws PlimsollError FILE_NOT_FOUND, JSON_INVALID, POLICY_TEST_INVALID, BASELINE_UNKNOWN */
export async function judgeResultFile(
  context: CliContext,
  file: string,
  {
    analysed,
    request,
  }: { readonly analysed: Analysis; readonly request: Omit<AnalysisRequest, "reference"> },
): Promise<Analysis> {
  const document = recordOf(await readJsonFile(context, file));
  const { readRecordedFacts } = await import("../policies/recorded-facts.ts");
  const image = pickImage(document, file, analysed);
  const recorded = readRecordedFacts(image["inputs"], `${printable(file)}: inputs`);
  const stored = toStored(recorded, {
    reference: wordOf(document?.["reference"]) ?? file,
    digest: wordOf(image["digest"]),
    platform: platformOf(image, analysed),
  });
  const fresh = await runStoredAnalysis(context, { ...request, policies: null, keepsFacts: true }, stored);
  if (request.policies === null || fresh.facts === undefined) return fresh;
  const facts = mergedFacts(recorded, fresh.facts);
  return { ...fresh, baseImage: recorded.baseImage, verdict: await verdictOf(facts, request.policies) };
}

async function verdictOf(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
): Promise<Analysis["verdict"]> {
  const { judge } = await import("../policies/verdict.ts");
  return judge(
    await judgeRecorded(
      facts,
      policies.filter(({ enabled }) => enabled),
    ),
  );
}

/** The image of the same platform; the only one, where there is one and it does not tell. */
function pickImage(document: JsonRecord | null, file: string, { image }: Analysis): JsonRecord {
  const listed = Array.isArray(document?.["images"]) ? document["images"] : [];
  const judged = listed
    .map(recordOf)
    .flatMap((each) => (each === null || recordOf(each["inputs"]) === null ? [] : [each]));
  const platform = formatPlatform(image.config.platform);
  const found =
    judged.find((each) => each["platform"] === platform) ??
    (judged.length === 1 && (image.source === "fs" || image.source === "sbom") ? judged[0] : undefined);
  if (found !== undefined) return found;
  throw new PlimsollError(
    "BASELINE_UNKNOWN",
    judged.length === 0
      ? `${printable(file)} is no file of policy --result-file, or no image in it was judged.`
      : `${printable(file)} holds no image for ${platform}.`,
  );
}

function platformOf(image: JsonRecord, { image: { config } }: Analysis): Platform {
  try {
    return parsePlatform(wordOf(image["platform"]) ?? "");
  } catch {
    return config.platform;
  }
}

interface Named {
  readonly reference: string;
  readonly digest: string | null;
  readonly platform: Platform;
}

function toStored(facts: ImageFacts, { reference, digest, platform }: Named): StoredInventory {
  const { repository, tag } = nameOf(reference);
  const config: ImageConfig = { ...(facts.config ?? emptyImageConfig), platform };
  const image: ResolvedImage = {
    source: "archive",
    reference,
    repository,
    tag,
    indexDigest: null,
    // Nothing is looked up by it: what is known of the image is at hand.
    digest: digest ?? "sha256:none",
    config,
    layers: [],
    annotations: facts.annotations,
    attestations: facts.attestations,
    sizeBytes: facts.image?.sizeBytes ?? 0,
  };
  return {
    image,
    contentProved: false,
    sbom: {
      distro: facts.distro,
      packages: (facts.packages ?? []).map(withSource),
      problems: [],
      completeness: facts.packages === null ? "incomplete" : facts.inventory.completeness,
      verification: "not_applicable",
      producers: {},
    },
  };
}

/** Distributions speak of source packages, which the package URL names. */
function withSource(pkg: Package): Package {
  const read = packageFromPurl(pkg.purl)?.package;
  if (read === undefined) return pkg;
  return { ...pkg, sourcePackage: read.sourcePackage, architecture: read.architecture };
}

function nameOf(reference: string): Pick<ResolvedImage, "repository" | "tag"> {
  const none = { repository: null, tag: null };
  const [, prefix = "", rest = ""] = /^(?:([a-z-]+):\/\/)?(.*)$/s.exec(reference) ?? [];
  if (prefix !== "" && prefix !== "registry" && prefix !== "local" && prefix !== "containerd") return none;
  try {
    const { repository, tag } = parseReference(rest);
    return { repository, tag };
  } catch {
    return none;
  }
}

/** What the database tells is of now, all else is as it was recorded. */
function mergedFacts(recorded: ImageFacts, fresh: ImageFacts): ImageFacts {
  const ofNow: readonly FactName[] = ["findings", "database", "kev"];
  const isOfNow = ([name]: readonly [string, unknown]): boolean => ofNow.some((each) => each === name);
  const missing = [
    ...Object.entries(recorded.missing).filter((entry) => !isOfNow(entry)),
    ...Object.entries(fresh.missing).filter(isOfNow),
  ];
  return {
    ...recorded,
    now: fresh.now,
    findings: fresh.findings,
    database: fresh.database,
    hasKev: fresh.hasKev,
    missing: Object.fromEntries(missing),
  };
}

function wordOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
