/** Secrets, hygiene and Dockerfile findings for code scanning: a rule a check, a result a finding. */
import { createHash } from "node:crypto";
import type { Severity } from "../../domain/advisory.ts";
import type { HygieneCheckFacts } from "../../domain/hygiene.ts";
import { isIncomplete, printable } from "../../domain/problem.ts";
import { placeText } from "../../domain/secret.ts";
import { partialSandbox, problemText } from "../shared/states.ts";
import { targetName } from "../shared/words.ts";
import type { RenderOptions, Report } from "../types.ts";
import { pathUri } from "./path-uri.ts";
import { levels } from "./rules.ts";

type ExaminationReport = Extract<Report, { view: "secrets" | "hygiene" | "lint" }>;

/** What a result is about, before it is written down. */
interface Result {
  readonly rule: Rule;
  readonly message: string;
  /** In the image, or the file that was checked; null: the image as a whole. */
  readonly path: string | null;
  readonly line: number;
  /** Tells it apart from others of its rule. Never made of a secret's value. */
  readonly identity: string;
}

interface Rule extends Pick<HygieneCheckFacts, "id" | "title" | "severity"> {
  readonly fix: string;
  readonly reference: string | null;
}

export function toExaminationLog(report: ExaminationReport, { toolVersion }: RenderOptions): object {
  const results = toResults(report);
  const rules = [...new Map(results.map(({ rule }) => [rule.id, rule])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const target = report.view === "lint" ? report.lint.file : targetName(report.examination.image);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Plimsoll", version: toolVersion, rules: rules.map(toRule) } },
        invocations: [toInvocation(report)],
        columnKind: "utf16CodeUnits",
        ...(report.view === "lint"
          ? {}
          : {
              originalUriBaseIds: {
                IMAGE_ROOT: { uri: "file:///", description: { text: "Root of the image's file system" } },
              },
            }),
        results: results.map((result) => toSarif(result, rules, target, report.view !== "lint")),
        properties: { target: printable(target, 400) },
      },
    ],
  };
}

function toResults(report: ExaminationReport): readonly Result[] {
  if (report.view === "lint") {
    const { lint } = report;
    return lint.findings.map(({ check, message, line }) => {
      return {
        rule: ruleOf(check),
        message,
        path: lint.file,
        line: line ?? 1,
        identity: `${lint.file} ${message}`,
      };
    });
  }
  const { secrets, hygiene } = report.examination;
  if (report.view === "secrets") {
    return secrets.findings.map(({ rule, title, severity, place, removedIn }) => {
      const gone =
        removedIn === null ? "" : `; layer ${removedIn.layerIndex} deletes the file, the image still has it`;
      const fix = "Replace the secret at its issuer, and take it out of the build.";
      return {
        rule: { id: rule, title, severity, fix, reference: null },
        message: `${title} in ${placeText(place)}${gone}`,
        path: place.kind === "file" ? place.path : null,
        line: place.kind === "file" ? place.line : 1,
        identity: placeText(place),
      };
    });
  }
  return hygiene.flatMap(({ check, findings }) =>
    findings.map(({ message, path }) => {
      return {
        rule: ruleOf(check),
        message: `${check.title}: ${message}`,
        path,
        line: 1,
        identity: path ?? message,
      };
    }),
  );
}

function ruleOf({ id, title, severity, fix, references }: HygieneCheckFacts): Rule {
  return { id, title, severity, fix, reference: references[0] ?? null };
}

function toRule({ id, title, severity, fix, reference }: Rule): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: fix },
    ...(reference === null ? {} : { helpUri: reference }),
    defaultConfiguration: { level: levels[severity] },
    properties: { "security-severity": scores[severity], tags: ["security", severity] },
  };
}

/** What code scanning shows as critical, high, medium and low. */
const scores: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  unspecified: "0.0",
};

function toSarif(
  { rule, message, path, line, identity }: Result,
  rules: readonly Rule[],
  target: string,
  inImage: boolean,
): object {
  const hash = createHash("sha256")
    .update(JSON.stringify([rule.id, identity]))
    .digest("hex");
  const artifactLocation =
    path === null
      ? { uri: pathUri(target) }
      : { uri: pathUri(path), ...(inImage ? { uriBaseId: "IMAGE_ROOT" } : {}) };
  return {
    ruleId: rule.id,
    ruleIndex: rules.findIndex(({ id }) => id === rule.id),
    kind: "fail",
    level: levels[rule.severity],
    message: { text: printable(message, 1000) },
    locations: [{ physicalLocation: { artifactLocation, region: { startLine: Math.max(1, line) } } }],
    partialFingerprints: { primaryLocationLineHash: `${hash.slice(0, 32)}:1`, "plimsollFinding/v1": hash },
  };
}

function toInvocation(report: ExaminationReport): object {
  if (report.view === "lint") return { executionSuccessful: true };
  const { problems, secrets, hygiene, completeness } = report.examination;
  const open = report.view === "hygiene" ? hygiene.filter(({ status }) => status === "not_checked") : [];
  const note = (id: string, level: "error" | "warning" | "note", text: string): object => {
    return { descriptor: { id }, level, message: { text: printable(text, 2000) } };
  };
  return {
    executionSuccessful: completeness === "complete",
    toolExecutionNotifications: [
      ...problems.map((problem) =>
        note(problem.code, isIncomplete(problem) ? "error" : "note", problemText(problem)),
      ),
      ...secrets.notSearched.map((text) => note("not-searched", "warning", `Not searched: ${text}`)),
      ...partialSandbox(report.examination).map(({ id, message }) => note(id, "warning", message)),
      ...open.map(({ check, reason }) =>
        note(check.id, "warning", `${check.title}: not checked, ${reason ?? ""}`),
      ),
    ],
  };
}
