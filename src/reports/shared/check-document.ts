/** The view `check`: the answer first, the set that gave it, what the gate stops for, and the cheapest way past it. */
import type { Analysis } from "../../domain/analysis.ts";
import type { Change, ChangePlan } from "../../domain/change-plan.ts";
import type { CheckOutcome, GateCheck, PlatformCheck } from "../../domain/gate-check.ts";
import { isPolicySetOld, policySetAgeDays } from "../../domain/policy-set.ts";
import { formatSigner } from "../../domain/signature.ts";
import type { RenderOptions, Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span, type Tone } from "./blocks.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import { policyMarks, policyResultText, policyTones } from "./policy-words.ts";
import { resultSection } from "./policy-document.ts";
import { findStates } from "./states.ts";
import { countText } from "./words.ts";

export function checkDocument(
  { analysis, check }: Extract<Report, { view: "check" }>,
  options: RenderOptions,
): readonly Block[] {
  const { outcome, reasons, platforms } = check;
  const isSeveral = platforms.length > 0;
  return [
    paragraph(toned(outcomeWords[outcome].text, outcomeWords[outcome].tone), plain(`: ${titleOf(check)}`)),
    {
      kind: "facts",
      rows: [...(isSeveral ? [] : overviewRows(analysis, analysis.findings)), ...setRows(check)],
    },
    ...reasons.map(({ kind, message }): Block => ({
      kind: "state",
      label: kind === "no-data" ? "NO DATA" : "POLICY SET",
      message,
      details: [],
    })),
    ...check.caveats.map((text) => paragraph(toned(text, "warn"))),
    ...(isSeveral
      ? platforms.map((each) => platformSection(each, options))
      : evaluationBlocks({ ...check, analysis }, options)),
  ];
}

function platformSection(each: PlatformCheck, options: RenderOptions): Block {
  const { analysis, outcome, platform, reason } = each;
  const { text, tone } = outcomeWords[outcome];
  return section(
    [toned(platform, "strong"), plain("  "), toned(text, tone)],
    analysis === null
      ? [paragraph(toned(`? No data: ${reason ?? "it was not judged"}`, "warn"))]
      : [
          { kind: "facts", rows: overviewRows(analysis, analysis.findings) },
          ...evaluationBlocks({ ...each, analysis }, options),
        ],
  );
}

function evaluationBlocks(
  { analysis, causes, plan }: Pick<GateCheck, "causes" | "plan"> & { readonly analysis: Analysis },
  options: RenderOptions,
): readonly Block[] {
  const results = analysis.verdict?.results ?? [];
  return [
    ...stateBlocks(findStates(analysis, analysis.findings)),
    ...(causes.length === 0
      ? []
      : [
          {
            kind: "list",
            entries: causes.map(({ cause, message }) => [plain(`${cause}: ${message}`)]),
          } as const,
        ]),
    {
      kind: "table",
      head: ["", "Policy", "Result"],
      rows: results.map((result): readonly Span[] => [
        toned(policyMarks[result.status], policyTones[result.status]),
        plain(result.title),
        toned(policyResultText(result, analysis.findings), policyTones[result.status]),
      ]),
    },
    ...(plan === null ? [] : [planSection(plan)]),
    ...results.flatMap((result) => resultSection(result, options, result.policy)),
  ];
}

const outcomeWords: Readonly<Record<CheckOutcome, { readonly text: string; readonly tone: Tone }>> = {
  accepted: { text: "✓ Accepted", tone: "good" },
  refused: { text: "! Refused", tone: "bad" },
  unknown: { text: "? Unknown", tone: "warn" },
};

function titleOf({ outcome, taken, reasons }: GateCheck): string {
  const { name, version } = taken.set;
  const gate = `the gate of ${name} ${version}`;
  if (outcome === "accepted") return `${gate} would let the image pass`;
  if (outcome === "refused") return `${gate} would stop the image`;
  if (reasons.length === 0) return `${gate} would see platforms that nobody judged`;
  if (reasons.every(({ kind }) => kind === "no-data"))
    return `nothing that is known stops the image, but ${gate} may know more`;
  return `nothing stops the image, but ${gate} may ask for something else by now`;
}

function setRows({ taken, now, at }: GateCheck): Extract<Block, { kind: "facts" }>["rows"] {
  const { set, reference, digest, fetchedAt, keptReason, signer, signerReason } = taken;
  const days = policySetAgeDays(set, now);
  const age = days === 0 ? "made today" : `${countText(days, "day")} old`;
  const isOld = isPolicySetOld(set, now);
  return [
    [
      "Policy set",
      [
        plain(`${set.name} ${set.version}, `),
        toned(
          isOld ? `${age}: TOO OLD, good for ${countText(set.maxAgeDays, "day")}` : age,
          isOld ? "bad" : "dim",
        ),
      ],
    ],
    ["", [code(`${reference}@${digest}`)]],
    [
      "Signed by",
      [signer === null ? toned(`NOT VERIFIED: ${signerReason ?? ""}`, "bad") : plain(formatSigner(signer))],
    ],
    ...(keptReason === null
      ? []
      : ([["Kept copy", [toned(`of ${fetchedAt}: ${keptReason}`, "warn")]]] as const)),
    ...(at.getTime() === now.getTime() ? [] : ([["Judged by", [plain(at.toISOString())]]] as const)),
  ];
}

function planSection({ changes, cost, remaining, basesTried, caveats }: ChangePlan): Block {
  const tried = basesTried === 0 ? "" : `; ${countText(basesTried, "other base")} tried`;
  const none = changes.length === 0 ? "No change is known that would help." : null;
  return section(
    [
      toned("What would have to change", "strong"),
      plain(changes.length === 0 ? "" : `  (cost ${cost}${tried})`),
    ],
    [
      ...(none === null ? [changeTable(changes)] : [paragraph(plain(none))]),
      ...commandLines(changes).map((line) => paragraph(code(line))),
      ...caveats.map((text) => paragraph(toned(text, "dim"))),
      ...(remaining.length === 0
        ? [paragraph(toned(afterText(changes), "good"))]
        : [
            paragraph(toned("What remains: no change of the image that is known mends it", "bad")),
            {
              kind: "list",
              entries: remaining.flatMap(({ title, reason, deviations, supply }) =>
                deviations.length === 0
                  ? [
                      [
                        plain(`${title}: ${reason ?? "not met"}`),
                        toned(supply === undefined ? "" : ` ${supply}`, "dim"),
                      ],
                    ]
                  : deviations.map(({ message, remediation }) => [
                      plain(`${title}: ${message}`),
                      toned(remediation === null ? "" : `. ${remediation}`, "dim"),
                    ]),
              ),
            } as const,
          ]),
    ],
  );
}

/** Commands that take several packages at once, which are written as one. */
const JOINED: readonly string[] = [
  "apk add --upgrade ",
  "apt-get install --only-upgrade ",
  "dnf upgrade ",
  "npm install ",
];

function commandLines(changes: readonly Change[]): readonly string[] {
  const lines = new Map<string, Set<string>>();
  for (const { command } of changes) {
    if (command === null) continue;
    const prefix = JOINED.find((each) => command.startsWith(each)) ?? command;
    const rest = lines.get(prefix) ?? new Set();
    lines.set(prefix, rest.add(command.slice(prefix.length)));
  }
  return [...lines].map(([prefix, rest]) => `${prefix}${[...rest].join(" ")}`);
}

function afterText(changes: readonly Change[]): string {
  return changes.some(({ assumed }) => assumed)
    ? "After these changes nothing that is known would stop the image; check it again once they are made."
    : "With these changes the gate would let the image pass.";
}

function changeTable(changes: readonly Change[]): Block {
  return {
    kind: "table",
    head: ["Cost", "Change", "Clears", "Mind"],
    rows: changes.map(({ cost, text, clears, caveats, assumed }): readonly Span[] => [
      plain(String(cost)),
      plain(text),
      plain(clears.length > CLEARED_MAX ? countText(clears.length, "vulnerability") : clears.join(", ")),
      toned([...(assumed ? ["not worked out"] : []), ...caveats].join("; "), "dim"),
    ]),
  };
}

const CLEARED_MAX = 3;
