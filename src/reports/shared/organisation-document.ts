/**
 * The view `organisation`: an image judged by the policies of an organisation, on its server or here.
 */
import { hasOtherDatabase, type JudgedImage, type Judgement } from "../../domain/judgement.ts";
import type { PolicyResult } from "../../domain/policy.ts";
import type { RenderOptions } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import { resultSection } from "./policy-document.ts";
import {
  effectWords,
  lostPoints,
  policyHeadline,
  policyMarks,
  policyResultText,
  policyTones,
  scoreSpans,
} from "./policy-words.ts";
import { findProposals } from "./proposals.ts";
import { findStates } from "./states.ts";

/** Who judged, then each image with its results and their effects. */
export function organisationDocument(judgement: Judgement, options: RenderOptions): readonly Block[] {
  const { images } = judgement;
  const only = images.length === 1 ? images[0] : undefined;
  return [
    { kind: "facts", rows: headRows(judgement) },
    ...(only !== undefined
      ? imageBlocks(judgement, only, options)
      : images.map((image) =>
          section([toned(image.platform ?? image.name, "strong")], imageBlocks(judgement, image, options)),
        )),
  ];
}

function headRows({ organisation, judged, reason, page }: Judgement): [string, Span[]][] {
  const by =
    judged === "server"
      ? [plain(`the server, as on the image's page`)]
      : [toned("here", "warn"), plain(`, by the organisation's policies and exceptions: ${reason ?? ""}`)];
  return [
    ["Organisation", [{ text: organisation, tone: "strong" }]],
    ["Judged", by],
    ...(page === null ? [] : [["Page", [plain(page)]] satisfies [string, Span[]]]),
  ];
}

function imageBlocks(judgement: Judgement, image: JudgedImage, options: RenderOptions): readonly Block[] {
  const { verdict, analysis } = image;
  const head: Block = {
    kind: "facts",
    rows: analysis === null ? imageRows(image) : overviewRows(analysis, analysis.findings),
  };
  const states =
    analysis === null ? serverStates(image) : stateBlocks(findStates(analysis, analysis.findings));
  const blocks = [head, ...states, ...otherDatabase(judgement, image)];
  if (verdict === null) return [...blocks, paragraph(toned(`? No data: ${image.reason ?? ""}`, "warn"))];
  const lost = lostPoints(verdict);
  return [
    ...blocks,
    paragraph(...policyHeadline(verdict)),
    {
      kind: "table",
      head: ["", "Policy", "Result", "When not met"],
      rows: verdict.results.map((result) => resultRow(result, judgement, image)),
    },
    paragraph(...scoreSpans(verdict)),
    ...(lost.length === 0 ? [] : [{ kind: "list", entries: lost.map((text) => [plain(text)]) } as const]),
    ...verdict.results.flatMap((result) => resultSection(result, options, null)),
    ...proposalBlocks(image),
  ];
}

/** What somebody says of findings and nobody has approved: shown so that it can be, and counted nowhere. */
function proposalBlocks(image: JudgedImage): readonly Block[] {
  const proposals = findProposals(image.analysis?.findings ?? null);
  if (proposals.length === 0) return [];
  const shown = proposals.slice(0, PROPOSALS_SHOWN_MAX);
  const hidden = proposals.length - shown.length;
  return [
    section(
      [toned("Proposed", "strong"), plain(" not approved, so it counts for nothing")],
      [
        {
          kind: "list",
          entries: [
            ...shown.map(({ vulnerability, purl, text }) => [
              plain(`${vulnerability} in `),
              code(purl),
              plain(`: ${text}`),
            ]),
            ...(hidden === 0 ? [] : [[plain(`and ${hidden} more`)]]),
          ],
        },
      ],
    ),
  ];
}

const PROPOSALS_SHOWN_MAX = 20;

function resultRow(result: PolicyResult, { effects }: Judgement, { analysis }: JudgedImage): readonly Span[] {
  const tone = policyTones[result.status];
  const effect = effects[result.policy] ?? "block";
  return [
    toned(policyMarks[result.status], tone),
    plain(result.title),
    toned(policyResultText(result, analysis?.findings ?? null), tone),
    plain(effectWords[effect]),
  ];
}

function imageRows({ name, digest, platform, database }: JudgedImage): [string, Span[]][] {
  const age = database === null ? toned("none", "warn") : toned(`updated ${database.updatedAt}`, "dim");
  return [
    ["Target", [{ text: name, tone: "strong" }]],
    ...(digest === null ? [] : [["  digest", [code(digest)]] satisfies [string, Span[]]]),
    ...(platform === null ? [] : [["  platform", [plain(platform)]] satisfies [string, Span[]]]),
    ["Database", [age]],
  ];
}

/** The same words as for an analysis here, as far as the server tells. */
function serverStates({ completeness, verification, database }: JudgedImage): readonly Block[] {
  const states: [label: string, message: string][] = [];
  if (database?.demonstration === true) {
    states.push([
      "DEMONSTRATION DATA",
      "This result rests on the small set of advisories that comes with Plimsoll for demonstration.",
    ]);
  }
  if (completeness === "incomplete") {
    states.push([
      "INCOMPLETE",
      "Packages or findings may be missing: nothing found does not mean nothing there.",
    ]);
  }
  if (verification === "unverified") {
    states.push(["UNVERIFIED", "Content was read without checking its digest."]);
  }
  if (database?.stale === true) {
    states.push([
      "STALE DATABASE",
      "The server's vulnerability database is too old; newer advisories are not in it.",
    ]);
  }
  return states.map(([label, message]): Block => ({ kind: "state", label, message, details: [] }));
}

function otherDatabase(judgement: Judgement, image: JudgedImage): readonly Block[] {
  if (!hasOtherDatabase(judgement, image)) return [];
  return [
    {
      kind: "state",
      label: "OTHER DATABASE",
      message:
        "This machine's vulnerability database is not the server's, so the two may find different vulnerabilities.",
      details: [`here ${image.database?.digest ?? ""}`, `server ${judgement.serverDatabase ?? ""}`],
    },
  ];
}
