/** `plimsoll policy what-if`: what other policies would have said of images that were judged before, from a result file. */
import type { PolicyWhatIfReport } from "../../api/policy-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { PolicyStatus, Score, Verdict } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { closeGate, gateOptions, type GateOptions } from "../options/gate.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { checkFormat } from "./format.ts";
import { judgeRecorded, readJsonFile } from "./recorded.ts";

export type PolicyWhatIfOptions = PolicyOptions & OutputOptions & GateOptions;
type ImageView = PolicyWhatIfReport["images"][number];

/** Exit code 2 when the gate that is asked for would stop. @throws PlimsollError POLICY_TEST_INVALID, and as `choosePolicies` */
export async function runPolicyWhatIf(
  context: CliContext,
  file: string,
  options: PolicyWhatIfOptions,
): Promise<number> {
  checkFormat(options);
  const { decideGate } = await import("../../policies/gate.ts");
  const { readRecordedFacts } = await import("../../policies/recorded-facts.ts");
  const { judge } = await import("../../policies/verdict.ts");
  const { policies } = await choosePolicies(context, options);
  const images: ImageView[] = [];
  let exitCode = 0;
  for (const image of imagesOf(await readJsonFile(context, file), file)) {
    const facts = readRecordedFacts(image["inputs"], `${printable(file)}: inputs`);
    const verdict = judge(
      await judgeRecorded(
        facts,
        policies.filter(({ enabled }) => enabled),
      ),
    );
    images.push(compare(image, verdict));
    const decision = decideGate({
      verdict,
      findingsLeft: null,
      completeness: facts.inventory.completeness,
      verification: "not_applicable",
      database: facts.database,
      undeterminedCount: (facts.findings ?? []).filter(({ status }) => status === "undetermined").length,
      options: gateOptions(options),
    });
    exitCode = Math.max(exitCode, closeGate(context, decision));
  }
  const report: PolicyWhatIfReport = {
    schema: "urn:plimsoll:report:policy-what-if:1",
    tool: { name: "plimsoll", version: context.version },
    images,
  };
  await writeResult(context, options, options.format === "json" ? jsonText(report) : textOf(report));
  return exitCode;
}

function imagesOf(document: unknown, file: string): readonly JsonRecord[] {
  const listed = recordOf(document)?.["images"];
  const images = (Array.isArray(listed) ? listed : []).map(recordOf).filter((image) => image !== null);
  const judged = images.filter(({ inputs }) => recordOf(inputs) !== null);
  if (judged.length > 0) return judged;
  throw new PlimsollError(
    "POLICY_TEST_INVALID",
    `${printable(file)} is no file of policy --result-file, or no image in it was judged.`,
  );
}

/** What the file says of an image is not trusted to have any shape: what it does not tell is null. */
function compare(image: JsonRecord, { status, results, score }: Verdict): ImageView {
  const before = new Map(
    (Array.isArray(image["policies"]) ? image["policies"] : []).flatMap((entry) => {
      const policy = recordOf(entry);
      return typeof policy?.["id"] === "string" ? [[policy["id"], policy] as const] : [];
    }),
  );
  const rows = results.map(({ policy: id, title, status: after, reason, deviations }) => ({
    id,
    title,
    before: statusOf(before.get(id)?.["status"]),
    after,
    reason: reason ?? deviations[0]?.message ?? null,
  }));
  const gone = [...before].flatMap(([id, policy]) =>
    results.some((result) => result.policy === id)
      ? []
      : [
          {
            id,
            title: wordOf(policy["title"]) ?? id,
            before: statusOf(policy["status"]),
            after: null,
            reason: null,
          },
        ],
  );
  return {
    platform: wordOf(image["platform"]) ?? "unknown",
    digest: wordOf(image["digest"]),
    status,
    score: { before: gradeOf(recordOf(image["score"])), after: gradeText(score) },
    policies: [...rows, ...gone],
  };
}

const statuses = ["met", "not_met", "no_data"] as const satisfies readonly PolicyStatus[];

function statusOf(value: unknown): PolicyStatus | null {
  return statuses.find((status) => status === value) ?? null;
}

function wordOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function gradeOf(score: JsonRecord | null): string | null {
  const { grade, percent } = score ?? {};
  return typeof grade === "string" && typeof percent === "number" ? `${grade} (${percent}%)` : null;
}

function gradeText({ grade, percent }: Score): string | null {
  return grade === null ? null : `${grade} (${percent ?? 0}%)`;
}

const words = { met: "met", not_met: "not met", no_data: "no data" } as const;

function textOf({ images }: PolicyWhatIfReport): string {
  const lines = images.flatMap(({ platform, digest, score, policies }) => {
    const changed = policies.filter(({ before, after }) => before !== after);
    return [
      `${platform}${digest === null ? "" : `  ${digest}`}`,
      ...(changed.length === 0 ? ["  nothing changes"] : []),
      ...changed.map(({ id, before, after, reason }) => {
        const from = before === null ? "not asked" : words[before];
        const to = after === null ? "not asked" : words[after];
        return `  ${id}: ${from} -> ${to}${reason === null ? "" : `: ${reason}`}`;
      }),
      `  Health score  ${score.before ?? "N/A"} -> ${score.after ?? "N/A"}`,
    ];
  });
  return lines.map((line) => `${printable(line, 2000)}\n`).join("");
}
