/** Policies that a pull request changes: from what to what, and which deviations are new. */
import type { CompareReport } from "../../api/compare-report.ts";
import { paragraph, plain, section, toned, type Block, type Span } from "../../reports/shared/blocks.ts";
import { policyMarks, policyTones } from "../../reports/shared/policy-words.ts";
import { countText } from "../../reports/shared/words.ts";
import { listed } from "./listed.ts";

type Policy = NonNullable<CompareReport["policies"]>[number];
type Verdict = NonNullable<CompareReport["analysed"]["verdict"]>;
type Deviation = Verdict["results"][number]["deviations"][number];

/** None where policies were not compared. `rowsMax`: of each list. */
export function policyChangeBlocks(report: CompareReport, rowsMax: number): readonly Block[] {
  const policies = report.policies ?? [];
  const changed = policies.filter(({ change }) => change !== "same");
  const same = policies.length - changed.length;
  if (policies.length === 0) return [];
  if (changed.length === 0) return [paragraph(plain(`${countText(same, "policy")}: none changes.`))];
  const rows = changed.map(({ title, before, after, change }) => [
    plain(title),
    cell(after),
    cell(before),
    toned(change, change === "worse" ? "bad" : change === "better" ? "good" : "warn"),
  ]);
  const reasons = changed.flatMap((policy) => reasonsOf(policy, report, rowsMax));
  const title = `${countText(changed.length, "policy")} changed, ${same} as before`;
  return [
    section(
      [plain(title)],
      [
        ...listed(["Policy", "This", "Before", ""], rows, rowsMax),
        ...(reasons.length === 0 ? [] : [{ kind: "list", entries: reasons } as const]),
      ],
    ),
  ];
}

function cell(result: Policy["before"]): Span {
  if (result === null) return toned("not evaluated", "dim");
  const { status, deviations } = result;
  const text = status === "not_met" ? countText(deviations, "deviation") : status.replaceAll("_", " ");
  return toned(`${policyMarks[status]} ${text}`, policyTones[status]);
}

/** Why a policy is worse: deviations that the image before has not, each with what to do, or why there is no data. */
function reasonsOf(
  { policy, title, change, after }: Policy,
  { analysed, baseline }: CompareReport,
  rowsMax: number,
): readonly (readonly Span[])[] {
  if (change !== "worse") return [];
  const name = toned(title, "strong");
  if (after?.status === "no_data")
    return [[name, plain(`: no data, ${after.reason ?? "no reason is known"}`)]];
  const old = new Set(deviationsOf(baseline.verdict, policy).map(keyOf));
  const fresh = deviationsOf(analysed.verdict, policy).filter((deviation) => !old.has(keyOf(deviation)));
  const shown = fresh.slice(0, Math.min(rowsMax, DEVIATIONS_MAX));
  const rest = fresh.length - shown.length;
  return [
    ...shown.map(({ message, remediation }): readonly Span[] => [
      name,
      plain(`: ${message}`),
      ...(remediation === null ? [] : [toned(`. ${remediation}`, "dim")]),
    ]),
    ...(rest === 0 ? [] : [[name, plain(`: ${countText(rest, "more deviation")}`)]]),
  ];
}

/** Of a policy: whoever wants all of them looks into the job summary. */
const DEVIATIONS_MAX = 10;

function deviationsOf(verdict: Verdict | null, policy: string): readonly Deviation[] {
  return verdict?.results.find((result) => result.policy === policy)?.deviations ?? [];
}

function keyOf({ message, purl, vulnerability }: Deviation): string {
  return JSON.stringify([message, purl, vulnerability]);
}
