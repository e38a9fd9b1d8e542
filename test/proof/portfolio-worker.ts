/**
 * A process that analyses every image below a folder with the command line's own code, and prints a line of JSON for each:
 * `node portfolio-worker.ts FOLDER forwards|backwards`. Database and cache are those of its environment.
 */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runInProcess } from "../helpers/run-plimsoll.ts";

export interface Outcome {
  readonly name: string;
  readonly exitCode: number;
  /** Of the report and the SBOM together. */
  readonly digest: string;
  readonly findings: number;
  readonly fromCache: boolean;
}

/** The age of the database is part of a report, so all processes live at one time. */
const now = new Date("2026-11-21T12:00:00Z");

const [folder = "", order = "forwards"] = process.argv.slice(2);
const env = Object.fromEntries(
  Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
);
const names = readdirSync(folder).sort();
for (const name of order === "backwards" ? names.reverse() : names) {
  const reference = `oci-dir://${join(folder, name)}`;
  const report = await runInProcess(["cves", "--format", "json", "--debug", reference], { env, now });
  const sbom = await runInProcess(["sbom", "--format", "cyclonedx", reference], { env, now });
  const digest = createHash("sha256").update(`${report.stdout}\n${sbom.stdout}`).digest("hex");
  const { findings } = JSON.parse(report.exitCode === 0 ? report.stdout : '{"findings":[]}') as {
    findings: unknown[];
  };
  const outcome: Outcome = {
    name,
    exitCode: Math.max(report.exitCode, sbom.exitCode),
    digest,
    findings: findings.length,
    fromCache: report.stderr.includes("came from the cache"),
  };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
