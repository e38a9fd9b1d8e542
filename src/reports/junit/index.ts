/**
 * JUnit XML, as CI systems show test results: what failed is a failure, what is not known is skipped with the reason, and only what
 * was looked at and found good is passed. A suppressed finding is skipped, too, with who decided so.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import { flatRows, flatTarget, type FlatReport, type FlatRow } from "../shared/flat-rows.ts";
import { listFormat } from "../shared/views.ts";

export const junit = listFormat(
  {
    id: "junit",
    title: "JUnit XML",
    specs: ["https://github.com/testmoapp/junitxml", "https://docs.gitlab.com/ci/testing/unit_test_reports/"],
  },
  render,
);

function render(report: FlatReport): string {
  const rows = flatRows(report);
  const cases = rows.length === 0 ? [passedCase(report)] : rows.map((row) => testCase(row));
  const failed = rows.filter(({ status }) => status === "failed").length;
  const skipped = rows.filter(({ status }) => status === "unknown" || status === "suppressed").length;
  const totals = `tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  const name = attribute(flatTarget(report));
  return disarmCommands(
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="plimsoll ${report.view}" ${totals}>`,
      `  <testsuite name="${name}" ${totals}>`,
      ...cases,
      "  </testsuite>",
      "</testsuites>",
      "",
    ].join("\n"),
  );
}

/** A suite without a case looks like one that did not run. */
function passedCase({ view }: FlatReport): string {
  return `    <testcase classname="plimsoll.${view}" name="nothing found"/>`;
}

function testCase(row: FlatRow): string {
  const place = row.path === "" ? row.purl : `${row.path}${row.line === null ? "" : `:${row.line}`}`;
  const severity = row.severity === null ? "" : `${row.severity.toUpperCase()} `;
  const name = attribute(`${severity}${row.title}${place === "" ? "" : ` (${place})`}`);
  const open = `    <testcase classname="plimsoll.${row.kind}.${attribute(row.id)}" name="${name}"`;
  if (row.status === "passed") return `${open}/>`;
  const message = attribute(row.message === "" ? row.title : row.message);
  if (row.status !== "failed") return `${open}>\n      <skipped message="${message}"/>\n    </testcase>`;
  const facts = [
    ["package", row.purl],
    ["fixed version", row.fixedVersion],
    ["path", row.path],
    ["remediation", row.remediation],
    ["link", row.url],
  ].flatMap(([label, value]) => (value === "" ? [] : [`${label}: ${content(value ?? "")}`]));
  const type = attribute(row.severity ?? row.kind);
  return `${open}>\n      <failure message="${message}" type="${type}">${facts.join("\n")}</failure>\n    </testcase>`;
}

function attribute(text: string): string {
  return content(text).replaceAll('"', "&quot;");
}

function content(text: string): string {
  return printable(text, 2000).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
