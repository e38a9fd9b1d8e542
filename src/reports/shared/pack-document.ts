/**
 * The view `document`: all that is known of an image in one document, to be handed in with it. What is not known is said in its
 * place.
 */
import type { Analysis } from "../../domain/analysis.ts";
import type { Attestation } from "../../domain/image.ts";
import { packageName } from "../../domain/package-name.ts";
import { isRemoved } from "../../domain/removed.ts";
import { formatSigner } from "../../domain/signature.ts";
import type { RenderOptions, Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { buildFactsOf, type BuildFacts } from "./build-facts.ts";
import { cvesDocument } from "./cves-document.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import { policyDocument } from "./policy-document.ts";
import { findStates } from "./states.ts";
import { countText, sizeText, suppressionTexts } from "./words.ts";

export type PackReport = Extract<Report, { view: "document" }>;

export function packDocument({ analysis }: PackReport, options: RenderOptions): readonly Block[] {
  const { findings } = analysis;
  const part = (title: string, blocks: readonly Block[]): Block => section([plain(title)], blocks);
  const counted = (findings ?? []).filter((finding) => !finding.suppressed && !isRemoved(finding));
  const cves = { view: "cves", analysis, findings: counted, filters: [] } as const;
  return [
    { kind: "facts", rows: overviewRows(analysis, findings) },
    ...stateBlocks(findStates(analysis, findings)),
    part("How it was built", buildBlocks(analysis)),
    part("Configuration", configurationBlocks(analysis)),
    part("Dependencies", packageBlocks(analysis)),
    part("Licences", licenceBlocks(analysis)),
    part(
      "Findings",
      findings === null
        ? [nothing("No vulnerability database was asked.")]
        : cvesDocument(cves, options).slice(1),
    ),
    part("Justifications", justificationBlocks(analysis)),
    part(
      "Policies",
      analysis.verdict === null
        ? [nothing("No policy was evaluated.")]
        : policyDocument({ view: "policy", analysis, platforms: [] }, options).slice(1),
    ),
    part("Provenance and signatures", evidenceBlocks(analysis)),
  ];
}

function nothing(text: string): Block {
  return paragraph(toned(text, "dim"));
}

/** Layers from the bottom, and the lines that made them. */
function buildBlocks({ image }: Analysis): readonly Block[] {
  if (image.layers.length === 0) return [nothing("It has no layers.")];
  const rows = image.layers.map(({ index, digest, diffId, sizeBytes, command, source }) => [
    plain(String(index)),
    code(digest ?? diffId),
    plain(sizeText(sizeBytes)),
    code(source?.text ?? command ?? "not recorded"),
  ]);
  const created = image.config.createdAt ?? "not recorded";
  const builds = buildFactsOf(image);
  return [
    { kind: "facts", rows: [["Created", [plain(created)]]] },
    { kind: "table", head: ["Layer", "Digest", "Size", "Made by"], rows },
    ...(builds.length === 0 ? [nothing("No provenance tells from what it was built.")] : []),
    ...builds.flatMap(provenanceBlocks),
  ];
}

/** What one provenance tells; what it does not tell is left out. */
function provenanceBlocks(build: BuildFacts): readonly Block[] {
  const told: readonly (readonly [label: string, value: string | null])[] = [
    [
      "Provenance",
      `${build.predicateType}, ${build.verified ? "verified" : "not signed by anybody who is trusted"}`,
    ],
    ["Source", build.source],
    ["Commit", build.commit],
    ["Builder", build.builder],
    ["Build type", build.buildType],
    ["Started", build.startedAt],
    ["Finished", build.finishedAt],
  ];
  const rows = told.flatMap(([label, value]) => (value === null ? [] : [[label, [plain(value)]] as const]));
  const parameters = build.parameters.map(({ name, value }) => [code(name), code(value)]);
  const materials = build.materials.map(({ uri, digest }) => [code(uri), code(digest ?? "no digest")]);
  return [
    { kind: "facts", rows },
    ...(parameters.length === 0
      ? []
      : [{ kind: "table", head: ["Parameter", "Value"], rows: parameters } as const]),
    ...(materials.length === 0
      ? []
      : [{ kind: "table", head: ["Built from", "Digest"], rows: materials } as const]),
  ];
}

function configurationBlocks({ image }: Analysis): readonly Block[] {
  if (image.source === "fs" || image.source === "sbom") return [nothing("It has no image configuration.")];
  const { user, entrypoint, cmd, workingDir, exposedPorts, env, labels } = image.config;
  const words = (list: readonly string[]): readonly Span[] =>
    list.length === 0 ? [toned("none", "dim")] : [code(list.join(" "))];
  return [
    {
      kind: "facts",
      rows: [
        ["User", user === "" ? [toned("none set, so root", "warn")] : [code(user)]],
        ["Entrypoint", words(entrypoint)],
        ["Command", words(cmd)],
        ["Working folder", [code(workingDir === "" ? "/" : workingDir)]],
        ["Ports", words(exposedPorts)],
      ],
    },
    section([plain("Environment")], [listOf(env)]),
    section([plain("Labels")], [listOf(Object.entries(labels).map(([name, value]) => `${name}=${value}`))]),
  ];
}

function listOf(lines: readonly string[]): Block {
  return lines.length === 0 ? nothing("None.") : { kind: "list", entries: lines.map((line) => [code(line)]) };
}

function packageBlocks({ sbom }: Analysis): readonly Block[] {
  if (sbom.packages.length === 0) return [nothing("No package was found.")];
  const rows = sbom.packages.map((pkg) => [
    plain(packageName(pkg)),
    plain(pkg.version),
    plain(pkg.ecosystem),
    plain(pkg.licenses.length === 0 ? "not told" : pkg.licenses.join(", ")),
  ]);
  return [
    paragraph(plain(countText(sbom.packages.length, "package"))),
    { kind: "table", head: ["Name", "Version", "Type", "Licence"], rows },
  ];
}

/** Licences with the number of their packages, the most frequent first; those that tell none are counted too. */
export function licenceCounts({
  sbom,
}: Pick<Analysis, "sbom">): readonly (readonly [licence: string | null, count: number])[] {
  const counts = new Map<string | null, number>();
  for (const { licenses } of sbom.packages) {
    for (const licence of licenses.length === 0 ? [null] : new Set(licenses))
      counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, m], [b, n]) => n - m || ((a ?? "") < (b ?? "") ? -1 : 1));
}

function licenceBlocks(analysis: Analysis): readonly Block[] {
  const rows = licenceCounts(analysis).map(([licence, count]) => [
    licence === null ? toned("not told", "warn") : plain(licence),
    plain(String(count)),
  ]);
  return rows.length === 0
    ? [nothing("No package was found.")]
    : [{ kind: "table", head: ["Licence", "Packages"], rows }];
}

/** What was decided of findings, by whom and why: suppressed ones are shown, never left out. */
function justificationBlocks({ findings }: Analysis): readonly Block[] {
  const decided = (findings ?? []).filter(
    ({ statement, exception }) => statement !== null || exception !== null,
  );
  if (decided.length === 0) return [nothing("No statement and no exception was applied.")];
  const rows = decided.map((finding) => [
    plain(finding.vulnerability),
    code(finding.package.purl),
    plain(finding.status),
    plain(suppressionTexts(finding).join("; ")),
  ]);
  return [{ kind: "table", head: ["Vulnerability", "Package", "Status", "Why"], rows }];
}

function evidenceBlocks({ image }: Analysis): readonly Block[] {
  const { attestations, signatures = null } = image;
  const stated =
    attestations === null
      ? nothing("Whether there are attestations is not known.")
      : attestations.length === 0
        ? nothing("It has no attestations.")
        : {
            kind: "table" as const,
            head: ["Attestation", "Digest", "Trust"],
            rows: attestations.map(attestationRow),
          };
  const signed =
    signatures === null
      ? [nothing("Signatures of the image were not looked for: nobody is trusted.")]
      : signatures.length === 0
        ? [nothing("The image is not signed.")]
        : [
            listOf(
              signatures.map(({ signer, reason }) =>
                signer === null ? `not verified: ${reason ?? ""}` : `signed by ${formatSigner(signer)}`,
              ),
            ),
          ];
  return [stated, ...signed];
}

function attestationRow({ predicateType, digest, trust, signers = [] }: Attestation): readonly Span[] {
  const who = signers.map(formatSigner).join(", ");
  return [
    plain(predicateType),
    code(digest ?? "not known"),
    trust === "verified" ? toned(`verified: ${who}`, "good") : toned("not verified", "warn"),
  ];
}
