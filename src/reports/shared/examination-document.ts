/** Secrets, hygiene and Dockerfile findings as blocks, for terminals and Markdown. */
import { severities } from "../../domain/advisory.ts";
import type { Examination, HygieneResult, StandardResult } from "../../domain/hygiene.ts";
import { formatLayerSource, type ResolvedImage } from "../../domain/image.ts";
import type { LintResult } from "../../domain/lint.ts";
import { isIncomplete } from "../../domain/problem.ts";
import { placeText, type SecretFinding } from "../../domain/secret.ts";
import type { RenderOptions, Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { partialSandbox, problemText } from "./states.ts";
import { countText, severityTitles, targetName } from "./words.ts";

type Row = readonly [label: string, value: readonly Span[]];

export function secretsDocument({ examination }: Extract<Report, { view: "secrets" }>): readonly Block[] {
  const { secrets } = examination;
  const { findings, notListed } = secrets;
  const total = findings.length + notListed;
  const isWhole = examination.completeness === "complete";
  const verdict =
    total > 0
      ? toned(`${countText(total, "secret")} found.`, "bad")
      : isWhole
        ? toned("No secrets found.", "good")
        : toned(
            "No secrets found in what could be searched; see above why this is not the whole answer.",
            "warn",
          );
  return [
    ...head(examination),
    ...findings.map((found) => secretSection(found, examination.image)),
    ...(notListed > 0
      ? [paragraph(toned(`${countText(notListed, "more secret")} not listed.`, "warn"))]
      : []),
    paragraph(verdict),
  ];
}

function secretSection(
  { title, severity, rule, place, shown, removedIn }: SecretFinding,
  image: ResolvedImage,
): Block {
  const rows: Row[] = [
    ["Where", [code(placeText(place))]],
    ["Value", [plain(shown)]],
    ["Rule", [code(rule)]],
  ];
  if (place.kind === "file" && place.layerIndex !== null)
    rows.push(["Layer", layerSpans(place.layerIndex, image)]);
  if (removedIn !== null) {
    rows.push([
      "Deleted in",
      [toned(`layer ${removedIn.layerIndex}, but whoever has the image still has the file`, "warn")],
    ]);
  }
  return section([toned(`✗ ${severityTitles[severity]} ${title}`, severity)], [{ kind: "facts", rows }]);
}

function layerSpans(index: number, image: ResolvedImage): readonly Span[] {
  const { command = null, source } = image.layers[index] ?? {};
  const by = command === null ? String(index) : `${index}: ${command.slice(0, 200)}`;
  return [plain(source === undefined ? by : `${by} (${formatLayerSource(source)})`)];
}

export function hygieneDocument(
  { examination, standard }: Extract<Report, { view: "hygiene" }>,
  { details }: RenderOptions,
): readonly Block[] {
  if (standard !== null) return [...head(examination), ...standardBlocks(standard)];
  const { hygiene, image } = examination;
  const of = (status: HygieneResult["status"]): readonly HygieneResult[] =>
    hygiene.filter((one) => one.status === status);
  const failed = [...of("failed")].sort(bySeverity);
  return [
    ...head(examination),
    ...failed.map((result) => failedSection(result, image, details)),
    ...notCheckedBlocks(of("not_checked")),
    ...(details
      ? [section([plain("Passed")], [{ kind: "list", entries: of("passed").map(checkSpans) }], true)]
      : []),
    paragraph(
      toned(`${countText(failed.length, "check")} failed`, failed.length > 0 ? "bad" : "good"),
      plain(`, ${of("passed").length} passed, ${of("not_checked").length} not checked.`),
    ),
  ];
}

function bySeverity(a: HygieneResult, b: HygieneResult): number {
  return severities.indexOf(a.check.severity) - severities.indexOf(b.check.severity);
}

function checkSpans({ check, reason }: HygieneResult): readonly Span[] {
  return [code(check.id), plain(` ${check.title}${reason === null ? "" : `: ${reason}`}`)];
}

function notCheckedBlocks(results: readonly HygieneResult[]): readonly Block[] {
  if (results.length === 0) return [];
  return [section([toned("Not checked", "warn")], [{ kind: "list", entries: results.map(checkSpans) }])];
}

function failedSection(
  { check, findings, findingCount }: HygieneResult,
  image: ResolvedImage,
  details: boolean,
): Block {
  const shown = details ? findings : findings.slice(0, FINDINGS_SHOWN);
  const more = findingCount - shown.length;
  const entries = shown.map(({ message, path, layerIndex }): readonly Span[] => [
    ...(path === null ? [] : [code(path), plain(": ")]),
    plain(message),
    ...(layerIndex === null || image.layers.length === 0 ? [] : [toned(` (layer ${layerIndex})`, "dim")]),
  ]);
  return section(
    [toned(`✗ ${severityTitles[check.severity]} ${check.id} ${check.title}`, check.severity)],
    [
      { kind: "list", entries: more > 0 ? [...entries, [toned(`and ${more} more`, "dim")]] : entries },
      {
        kind: "facts",
        rows: [["Fix", [plain(check.fix)]], ...(details ? referenceRows(check.references) : [])],
      },
    ],
  );
}

const FINDINGS_SHOWN = 10;

function referenceRows(references: readonly string[]): readonly Row[] {
  return references.map((address): Row => ["Reference", [{ text: address, link: address }]]);
}

function standardBlocks({ title, url, controls }: StandardResult): readonly Block[] {
  const words = {
    passed: toned("passed", "good"),
    failed: toned("failed", "bad"),
    not_checked: toned("not checked", "warn"),
  };
  const count = (status: keyof typeof words): number =>
    controls.filter((control) => control.status === status).length;
  return [
    paragraph(toned(title, "strong"), plain("  "), { text: url, link: url }),
    {
      kind: "table",
      head: ["Control", "Result", "Title", "Checks"],
      rows: controls.map((control) => [
        plain(control.id),
        words[control.status],
        plain(control.title),
        plain(control.reason ?? control.checks.join(", ")),
      ]),
    },
    paragraph(
      plain(`${count("passed")} passed, ${count("failed")} failed, ${count("not_checked")} not checked.`),
    ),
  ];
}

/** What was looked at, and what must be known before it is believed. */
function head(examination: Examination): readonly Block[] {
  const { image, problems, secrets, completeness, verification } = examination;
  const grave = problems.filter(isIncomplete).map(problemText);
  const blocks: Block[] = [
    {
      kind: "facts",
      rows: [
        ["Target", [plain(targetName(image))]],
        ...(image.digest === null ? [] : [["Digest", [code(image.digest)]] as const]),
      ],
    },
  ];
  if (completeness === "incomplete") {
    const message = "Something could not be read or searched. Nothing found does not mean nothing there.";
    blocks.push({ kind: "state", label: "INCOMPLETE", message, details: [...grave, ...secrets.notSearched] });
  }
  if (verification === "unverified") {
    const message =
      "Content was read without checking its digest in this run: it may not be what the digest names.";
    blocks.push({ kind: "state", label: "UNVERIFIED", message, details: [] });
  }
  for (const { label, message, details } of partialSandbox(examination)) {
    blocks.push({ kind: "state", label, message, details });
  }
  return blocks;
}

export function lintDocument(lint: LintResult, { details }: RenderOptions): readonly Block[] {
  const { findings, file } = lint;
  const entries = findings.map(({ check, line, message }): readonly Span[] => [
    code(`${file}:${line ?? 1}`),
    toned(` ${severityTitles[check.severity]} `, check.severity),
    plain(`${check.id} ${message}`),
    ...(details ? [toned(`  ${check.fix}`, "dim")] : []),
  ]);
  const summary =
    findings.length === 0
      ? toned(`${countText(lint.checks.length, "check")} passed.`, "good")
      : toned(`${countText(findings.length, "finding")}.`, "bad");
  return [...(entries.length === 0 ? [] : [{ kind: "list", entries } as const]), paragraph(summary)];
}
