/** docs/reference/hygiene.md: every hygiene check, standard and rule of the secret search, from the data itself. */
import { lintChecks } from "../../src/hygiene/dockerfile/lint.ts";
import { hygieneChecks } from "../../src/hygiene/run-checks.ts";
import { standards } from "../../src/hygiene/standards/report.ts";
import { secretRules } from "../../src/secrets/rules.ts";

const onImages = new Set(hygieneChecks.map(({ id }) => id));
const inFiles = new Set(lintChecks.map(({ id }) => id));

/** The page as Markdown. */
export function hygieneReference(): string {
  const checks = [...hygieneChecks, ...lintChecks.filter(({ id }) => !onImages.has(id))];
  const checkRows = checks.map(({ id, title, severity, fix }) => {
    const where = [onImages.has(id) ? "image" : "", inFiles.has(id) ? "Dockerfile" : ""].filter(
      (word) => word !== "",
    );
    return `| \`${id}\` | ${severity} | ${title} | ${where.join(", ")} | ${cell(fix)} |`;
  });
  const tables = standards.map(({ id, title, url, controls }) => {
    const rows = controls.map((control) => {
      const checked = control.checks.map((check) => `\`${check}\``).join(", ");
      const why = "why" in control ? `not checked: ${String(control.why)}` : "";
      return `| ${control.id} | ${control.title} | ${checked || why} |`;
    });
    return `### \`--standard ${id}\`\n\n${title}: <${url}>\n\n| control | title | checks |\n|---|---|---|\n${rows.join("\n")}`;
  });
  const ruleRows = secretRules.map(({ id, title, severity, paths }) => {
    return `| \`${id}\` | ${severity} | ${title} | ${paths === undefined ? "everywhere" : "certain files"} |`;
  });
  return `# Hygiene checks and secret rules

<!-- Made from the data by npm run docs. Do not edit. -->

\`CIS-DI\`, \`DKL-DI\` and \`DKL-LI\` are dockle's ids for the same checks; \`PLM\` are our own. The guide is
[secrets and hygiene](../guide/secrets-and-hygiene.md).

## Checks

| check | severity | passed when | asked of | fix |
|---|---|---|---|---|
${checkRows.join("\n")}

## Standards

${tables.join("\n\n")}

## Rules of the secret search

${secretRules.length} rules, and \`named-secret\`: a variable whose name says that its value is one.

| rule | severity | finds | where |
|---|---|---|---|
${ruleRows.join("\n")}
`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
