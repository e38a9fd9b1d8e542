/**
 * Reports of other scanners, recognised by their content: Trivy, Grype, OSV-Scanner, and what Docker Scout writes, which is GitLab's
 * report of container scanning or SARIF. Facts of the formats: their documentation and schemas (trivy.dev/docs, oss.anchore.com,
 * google.github.io/osv-scanner/output, gitlab.com/gitlab-org/security-products/security-report-schemas, docs.oasis-open.org/sarif).
 */
import { PlimsollError } from "../../domain/error.ts";
import { digestIn, node, nodes, severityOf, severityOfScore, text, texts, type Node } from "./json-parts.ts";
import type { OutsideFinding, OutsideReport } from "./outside-finding.ts";

/** Findings of one report. */
export const OUTSIDE_FINDINGS_MAX = 100_000;

/** @throws PlimsollError REPORT_UNSUPPORTED for what no known scanner writes; LIMIT_EXCEEDED */
export function readScannerReport(value: unknown): OutsideReport {
  const root = node(value);
  const known = readers.find(({ recognises }) => recognises(root));
  if (known === undefined)
    throw new PlimsollError("REPORT_UNSUPPORTED", "the document is no report of a scanner that is read here");
  const report = known.read(root);
  if (report.findings.length <= OUTSIDE_FINDINGS_MAX) return report;
  throw new PlimsollError("LIMIT_EXCEEDED", `a report may have ${OUTSIDE_FINDINGS_MAX} findings`, {
    details: { limit: "findings", max: OUTSIDE_FINDINGS_MAX },
  });
}

interface Reader {
  recognises(root: Node): boolean;
  read(root: Node): OutsideReport;
}

const readers: readonly Reader[] = [
  {
    recognises: (root) => typeof root["SchemaVersion"] === "number" && "ArtifactName" in root,
    read: readTrivy,
  },
  { recognises: (root) => Array.isArray(root["matches"]) && "descriptor" in root, read: readGrype },
  { recognises: (root) => Array.isArray(root["runs"]), read: readSarif },
  {
    recognises: (root) => Array.isArray(root["vulnerabilities"]) && "scan" in root,
    read: readGitlab,
  },
  {
    recognises: (root) =>
      Array.isArray(root["results"]) &&
      nodes(root["results"]).every((result) => Array.isArray(result["packages"])),
    read: readOsvScanner,
  },
];

function readTrivy(root: Node): OutsideReport {
  const results = nodes(root["Results"]);
  const version = text(node(root["Trivy"])["Version"]);
  return {
    format: "trivy",
    tool: named("trivy", version),
    subjectDigest: digestIn(texts(node(root["Metadata"])["RepoDigests"])[0]),
    findings: results.flatMap((result) => [
      ...nodes(result["Vulnerabilities"]).map((each) => trivyFinding(each, text(each["Status"]))),
      ...nodes(result["ExperimentalModifiedFindings"])
        .filter(({ Type: type }) => type === "vulnerability")
        .map((each) => trivyFinding(node(each["Finding"]), "ignored")),
    ]),
  };
}

function trivyFinding(each: Node, status: string | null): OutsideFinding {
  return {
    vulnerability: text(each["VulnerabilityID"]) ?? "unknown",
    aliases: texts(each["VendorIDs"]),
    purl: text(node(each["PkgIdentifier"])["PURL"]),
    package: text(each["PkgName"]) ?? "unknown",
    version: text(each["InstalledVersion"]) ?? "",
    severity: severityOf(each["Severity"]),
    fixedVersion: text(each["FixedVersion"]),
    status,
  };
}

function readGrype(root: Node): OutsideReport {
  const descriptor = node(root["descriptor"]);
  return {
    format: "grype",
    tool: named(text(descriptor["name"]) ?? "grype", text(descriptor["version"])),
    subjectDigest: digestIn(node(node(root["source"])["target"])["manifestDigest"]),
    findings: [
      ...nodes(root["matches"]).map((match) => grypeFinding(match, null)),
      ...nodes(root["ignoredMatches"]).map((match) => grypeFinding(match, "ignored")),
    ],
  };
}

function grypeFinding(match: Node, status: string | null): OutsideFinding {
  const [vulnerability, artifact] = [node(match["vulnerability"]), node(match["artifact"])];
  const fix = node(vulnerability["fix"]);
  return {
    vulnerability: text(vulnerability["id"]) ?? "unknown",
    aliases: nodes(match["relatedVulnerabilities"]).flatMap(({ id }) => text(id) ?? []),
    purl: text(artifact["purl"]),
    package: text(artifact["name"]) ?? "unknown",
    version: text(artifact["version"]) ?? "",
    severity: severityOf(vulnerability["severity"]),
    fixedVersion: texts(fix["versions"])[0] ?? null,
    status: status ?? text(fix["state"]),
  };
}

/** Of ids that mean the same, its groups make one finding. */
function readOsvScanner(root: Node): OutsideReport {
  const packages = nodes(root["results"]).flatMap((result) => nodes(result["packages"]));
  return {
    format: "osv-scanner",
    tool: "osv-scanner",
    subjectDigest: null,
    findings: packages.flatMap((each) => {
      const pkg = node(each["package"]);
      return nodes(each["groups"]).flatMap((group): OutsideFinding[] => {
        const ids = [...new Set([...texts(group["ids"]), ...texts(group["aliases"])])];
        const [vulnerability, ...aliases] = ids.toSorted((a, b) => Number(isCve(b)) - Number(isCve(a)));
        if (vulnerability === undefined) return [];
        return [
          {
            vulnerability,
            aliases,
            purl: text(pkg["purl"]),
            package: text(pkg["name"]) ?? "unknown",
            version: text(pkg["version"]) ?? "",
            severity: severityOfScore(group["max_severity"]),
            fixedVersion: null,
            status: null,
          },
        ];
      });
    }),
  };
}

function isCve(id: string): boolean {
  return id.startsWith("CVE-");
}

function readGitlab(root: Node): OutsideReport {
  const scanner = node(node(root["scan"])["scanner"]);
  const [first] = nodes(root["vulnerabilities"]);
  return {
    format: "gitlab",
    tool: named(text(scanner["name"]) ?? text(scanner["id"]) ?? "unknown", text(scanner["version"])),
    subjectDigest: digestIn(node(first?.["location"])["image"]),
    findings: nodes(root["vulnerabilities"]).map((each) => {
      const dependency = node(node(each["location"])["dependency"]);
      const ids = nodes(each["identifiers"]).flatMap(({ name, value }) => text(value) ?? text(name) ?? []);
      const [vulnerability = text(each["id"]) ?? "unknown", ...aliases] = ids;
      return {
        vulnerability,
        aliases,
        purl: null,
        package: text(node(dependency["package"])["name"]) ?? "unknown",
        version: text(dependency["version"]) ?? "",
        severity: severityOf(each["severity"]),
        fixedVersion: null,
        status: null,
      };
    }),
  };
}

/** Scout puts package URLs and fixed versions into the properties of its rules. */
function readSarif(root: Node): OutsideReport {
  const [run = {}] = nodes(root["runs"]);
  const driver = node(node(run["tool"])["driver"]);
  const rules = new Map(nodes(driver["rules"]).map((rule) => [text(rule["id"]) ?? "", rule]));
  const findings = nodes(run["results"]).flatMap((result): OutsideFinding[] => {
    const vulnerability = text(result["ruleId"]);
    if (vulnerability === null) return [];
    const properties = node(rules.get(vulnerability)?.["properties"]);
    const purls = texts(properties["purls"]);
    const fixed = text(properties["fixed_version"]);
    const isSuppressed = nodes(result["suppressions"]).length > 0;
    return (purls.length === 0 ? [null] : purls).map((purl) => ({
      vulnerability,
      aliases: [],
      purl,
      ...nameOf(purl),
      severity: severityOfRule(properties),
      fixedVersion: fixed === "not fixed" ? null : fixed,
      status: isSuppressed ? "ignored" : null,
    }));
  });
  const unique = new Map(findings.map((each) => [`${each.vulnerability} ${each.purl}`, each]));
  return {
    format: "sarif",
    tool: named(text(driver["fullName"]) ?? text(driver["name"]) ?? "unknown", text(driver["version"])),
    subjectDigest: null,
    findings: [...unique.values()],
  };
}

function severityOfRule(properties: Node): OutsideFinding["severity"] {
  const told = severityOf(properties["cvssV3_severity"]);
  return told === "unspecified" ? severityOfScore(properties["security-severity"]) : told;
}

/** `pkg:deb/debian/zlib@1.2?os=x` -> zlib, 1.2 */
function nameOf(purl: string | null): Pick<OutsideFinding, "package" | "version"> {
  const path = (purl ?? "").split(/[?#]/, 1)[0] ?? "";
  const at = path.lastIndexOf("@");
  const name = (at <= 0 ? path : path.slice(0, at)).split("/").at(-1) ?? "";
  return { package: decoded(name) || "unknown", version: at <= 0 ? "" : decoded(path.slice(at + 1)) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function named(name: string, version: string | null): string {
  return version === null ? name : `${name} ${version}`;
}
