/**
 * CycloneDX VEX, 1.4 to 1.7, JSON and XML (https://cyclonedx.org/docs/1.6/json/#vulnerabilities). A document with components
 * and vulnerabilities without an analysis is an SBOM or a scan report: an entry without an analysis states nothing.
 */
import { printable } from "../../domain/problem.ts";
import {
  vexJustifications,
  type VexJustification,
  type VexStatement,
  type VexStatus,
} from "../../domain/vex.ts";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { VexError } from "../error.ts";
import { isTimestamp, listOf, recordsOf, text, textsOf } from "../shared/fields.ts";
import { problemList } from "../shared/problems.ts";
import { exactRange } from "../shared/vers-range.ts";
import type { VexFormat, VexReading } from "../types.ts";
import { readComponents, type KnownComponents } from "./components.ts";
import { writeCycloneDx } from "./write.ts";
import { fromXml } from "./xml.ts";

export const cyclonedx: VexFormat = Object.freeze({
  id: "cyclonedx",
  title: "CycloneDX",
  specs: ["https://cyclonedx.org/specification/overview/", "https://cyclonedx.org/capabilities/vex/"],
  version: 1,
  recognises: (document: unknown) => recordOf(document)?.["bomFormat"] === "CycloneDX",
  read,
  fromXml,
  write: writeCycloneDx,
} satisfies VexFormat);

/** `false_positive`: the tool was wrong about the component, which is the strongest way of not being affected. */
const statuses: Readonly<Record<string, VexStatus>> = {
  not_affected: "not_affected",
  false_positive: "not_affected",
  resolved: "fixed",
  resolved_with_pedigree: "fixed",
  exploitable: "affected",
  in_triage: "under_investigation",
};

/** Those that mean the same in OpenVEX; the others (`requires_configuration`, …) are kept in words. */
const justifications: Readonly<Record<string, VexJustification>> = {
  code_not_present: "vulnerable_code_not_present",
  code_not_reachable: "vulnerable_code_not_in_execute_path",
  protected_by_compiler: "inline_mitigations_already_exist",
  protected_at_runtime: "inline_mitigations_already_exist",
  protected_at_perimeter: "inline_mitigations_already_exist",
  protected_by_mitigating_control: "inline_mitigations_already_exist",
};

/** Our own property, for what CycloneDX has no word for. */
export const JUSTIFICATION_PROPERTY = "plimsoll:vex:justification";

/** Of a document that tells no time: it is older than any other. */
const NO_TIME = "1970-01-01T00:00:00Z";

function read(value: unknown, location: string): VexReading {
  const where = printable(location);
  const root = recordOf(value) ?? {};
  const version = text(root["specVersion"]) ?? "";
  if (!/^1\.\d{1,2}$/.test(version)) {
    throw new VexError("VEX_INVALID", `${where}: specVersion: ${printable(version)} is not supported`);
  }
  const metadata = recordOf(root["metadata"]) ?? {};
  const serial = text(root["serialNumber"]);
  const source: Source = {
    document: serial === null ? location : `${serial}/${String(root["version"] ?? 1)}`,
    location,
    author: authorOf(metadata),
    timestamp: isTimestamp(metadata["timestamp"]) ? metadata["timestamp"] : NO_TIME,
  };
  const components = readComponents(root);
  const problems = problemList(where);
  const statements = listOf(root["vulnerabilities"]).flatMap((entry, index) => {
    const place = `vulnerabilities[${index}]`;
    const read = readEntry(recordOf(entry) ?? {}, source, components);
    if (read.fault !== null) {
      const verdict = read.statement === null ? "is not used" : "is used all the same";
      const code = read.statement === null ? "VEX_STATEMENT_INVALID" : "VEX_STATEMENT_INCOMPLETE";
      problems.add(code, place, `${verdict}: ${read.fault}`);
    }
    return read.statement ?? [];
  });
  return { statements, problems: problems.all() };
}

type Source = Pick<VexStatement, "document" | "location" | "author" | "timestamp">;

/** The first author, else who supplies or makes the thing that the document is about. */
function authorOf(metadata: JsonRecord): string {
  const [first] = recordsOf(metadata["authors"]);
  const component = recordOf(metadata["component"]) ?? {};
  const name =
    text(first?.["name"]) ??
    text(recordOf(metadata["supplier"])?.["name"]) ??
    text(recordOf(metadata["manufacturer"] ?? metadata["manufacture"])?.["name"]) ??
    text(recordOf(component["supplier"])?.["name"]) ??
    text(component["publisher"]);
  const email = text(first?.["email"]);
  if (name === null) return email ?? "unknown";
  return email === null ? name : `${name} <${email}>`;
}

interface EntryReading {
  readonly statement: VexStatement | null;
  readonly fault: string | null;
}

function readEntry(entry: JsonRecord, source: Source, components: KnownComponents): EntryReading {
  const analysis = recordOf(entry["analysis"]);
  // Not a word about exploitability: no statement, and nothing is wrong.
  if (analysis === null || analysis["state"] === undefined) return { statement: null, fault: null };
  const state = text(analysis["state"]) ?? "";
  const status = Object.hasOwn(statuses, state) ? statuses[state] : undefined;
  if (status === undefined) return refuse(`analysis.state: ${state} is not a known one`);
  const vulnerabilities = idsOf(entry);
  if (vulnerabilities.length === 0) return refuse("id: must be the name of a vulnerability");
  const affects = recordsOf(entry["affects"]).filter(({ ref }) => text(ref) !== null);
  if (affects.length === 0) return refuse("affects: must name at least one component");

  const given = text(analysis["justification"]) ?? "";
  const justification = status === "not_affected" ? justificationOf(entry, given) : null;
  const words = [
    ...(given === "" || justification !== null ? [] : [given]),
    ...(state === "false_positive" ? ["false positive"] : []),
    ...(text(analysis["detail"]) === null ? [] : [text(analysis["detail"])]),
  ].join(": ");
  const [time] = [analysis["lastUpdated"], analysis["firstIssued"], entry["updated"]].filter(isTimestamp);
  const statement: VexStatement = {
    ...source,
    timestamp: time ?? source.timestamp,
    vulnerabilities,
    products: affects.map((each) => toProduct(each, status, components)),
    status,
    justification,
    impactStatement: status === "not_affected" && words !== "" ? words : null,
    actionStatement: status === "affected" ? actionOf(entry, analysis) : null,
    ...(status !== "not_affected" && words !== "" ? { statusNotes: words } : {}),
  };
  const isDated = statement.timestamp !== NO_TIME;
  return { statement, fault: isDated ? null : "neither it nor the document tells a time" };
}

function refuse(fault: string): EntryReading {
  return { statement: null, fault };
}

/** The id and those of the references, which are the same vulnerability elsewhere. */
function idsOf(entry: JsonRecord): readonly string[] {
  const others = recordsOf(entry["references"]).map(({ id }) => text(id));
  return [...new Set([text(entry["id"]), ...others].filter((id) => id !== null))];
}

function justificationOf(entry: JsonRecord, given: string): VexJustification | null {
  const own = recordsOf(entry["properties"]).find(({ name }) => name === JUSTIFICATION_PROPERTY);
  const kept = vexJustifications.find((each) => each === own?.["value"]);
  return kept ?? (Object.hasOwn(justifications, given) ? (justifications[given] ?? null) : null);
}

/** What to do: in words, or the kinds of response. */
function actionOf(entry: JsonRecord, analysis: JsonRecord): string | null {
  const words = [text(entry["recommendation"]), text(entry["workaround"])].filter((each) => each !== null);
  const responses = textsOf(analysis["response"]);
  if (words.length > 0) return words.join("\n");
  return responses.length === 0 ? null : responses.join(", ");
}

/** `affects[].versions` of which the entry speaks: of a statement of safety the unaffected ones. */
function toProduct(
  affected: JsonRecord,
  status: VexStatus,
  components: KnownComponents,
): VexStatement["products"][number] {
  const listed = recordsOf(affected["versions"]);
  const product = components.find(text(affected["ref"]) ?? "", listed.length > 0);
  if (listed.length === 0) return product;
  const isSafe = status === "not_affected" || status === "fixed";
  const told = listed.filter(({ status: each }) => {
    if (each === "unaffected") return isSafe;
    return isSafe ? each === undefined : each !== "unaffected";
  });
  const [id = ""] = product.subcomponents.length > 0 ? product.subcomponents : product.ids;
  const type = /^pkg:([a-z0-9.+-]{1,40})\//i.exec(id)?.[1]?.toLowerCase() ?? "generic";
  const versions = told.flatMap(({ version, range }) => {
    const exact = text(version);
    return exact === null ? (text(range) ?? []) : exactRange(type, exact);
  });
  return { ...product, versions };
}
