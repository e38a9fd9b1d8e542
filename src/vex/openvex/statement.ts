/**
 * One OpenVEX statement, checked strictly: a statement can take a finding out of sight, so doubt keeps it out.
 */
import { vexJustifications, type VexProduct, type VexStatement, type VexStatus } from "../../domain/vex.ts";
import { isTimestamp, text } from "../shared/fields.ts";

/** What statements inherit from their document. */
export interface DocumentParts {
  readonly document: string;
  readonly location: string;
  readonly author: string;
  readonly timestamp: string | null;
  readonly products: unknown;
}

export interface StatementReading {
  /** Null: it cannot be used. */
  readonly statement: VexStatement | null;
  /** What is wrong, each beginning with the field. May come with a statement that is used. */
  readonly faults: readonly string[];
}

const statuses: readonly VexStatus[] = ["not_affected", "affected", "fixed", "under_investigation"];

/** Reads `entry`, which may be anything. */
export function readStatement(entry: unknown, parts: DocumentParts): StatementReading {
  if (!isRecord(entry)) return refuse("must be an object");
  const status = statuses.find((known) => known === entry["status"]);
  if (status === undefined) return refuse(`status: must be one of ${statuses.join(", ")}`);

  const vulnerabilities = readVulnerability(entry["vulnerability"]);
  if (vulnerabilities.length === 0) return refuse("vulnerability: must have a name");

  const timestamp = entry["timestamp"] ?? parts.timestamp;
  if (!isTimestamp(timestamp))
    return refuse("timestamp: must be a date and time as in RFC 3339, here or in the document");

  const products = readProducts(entry["products"] ?? parts.products, entry["subcomponents"]);
  if (products === null)
    return refuse("products: must name at least one product, each with @id or identifiers");

  const given = text(entry["justification"]);
  const justification = vexJustifications.find((known) => known === given) ?? null;
  const impactStatement = text(entry["impact_statement"]);
  const actionStatement = text(entry["action_statement"]);
  const notes = text(entry["status_notes"]);
  const faults: string[] = [];
  if (status === "not_affected") {
    if (given !== null && justification === null) return refuse("justification: is not a known one");
    if (given === null && impactStatement === null) {
      return refuse("justification: not_affected needs a justification or an impact_statement");
    }
  } else if (given !== null) faults.push(`justification: does not belong to ${status}`);
  if (status === "affected" && actionStatement === null)
    faults.push("action_statement: affected should have one");

  const { document, location, author } = parts;
  const statement: VexStatement = {
    document,
    location,
    author,
    timestamp,
    vulnerabilities,
    products,
    status,
    justification: status === "not_affected" ? justification : null,
    impactStatement,
    actionStatement,
    ...(notes === null ? {} : { statusNotes: notes }),
  };
  return { statement, faults };
}

function refuse(fault: string): StatementReading {
  return { statement: null, faults: [fault] };
}

/** Name and aliases: of a string, an object, or an object with nothing but an IRI that ends in the name. */
function readVulnerability(value: unknown): readonly string[] {
  if (!isRecord(value)) return [text(value)].filter((name) => name !== null);
  const name = text(value["name"]) ?? text(value["@id"])?.split("/").at(-1) ?? null;
  const aliases = Array.isArray(value["aliases"]) ? value["aliases"].map(text) : [];
  return [...new Set([name, ...aliases].filter((id) => id !== null && id !== ""))] as string[];
}

/** Null when there is none, or when any of them says less than it seems to: a lost subcomponent would widen the product. */
function readProducts(value: unknown, besides: unknown): readonly VexProduct[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const shared = readSubcomponents(besides);
  if (shared === null) return null;
  const products: VexProduct[] = [];
  for (const entry of value as readonly unknown[]) {
    const ids = readIds(entry);
    const own = readSubcomponents(isRecord(entry) ? entry["subcomponents"] : undefined);
    if (ids.length === 0 || own === null) return null;
    products.push({ ids, subcomponents: [...own, ...shared] });
  }
  return products;
}

function readSubcomponents(value: unknown): readonly string[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return null;
  const all = (value as readonly unknown[]).map(readIds);
  return all.some((ids) => ids.length === 0) ? null : all.flat();
}

/** The IRI and the identifiers of a component, or the string that it is. */
function readIds(value: unknown): readonly string[] {
  if (!isRecord(value)) return [text(value)].filter((id) => id !== null);
  const identifiers = isRecord(value["identifiers"]) ? value["identifiers"] : {};
  const ids = [value["@id"], identifiers["purl"], identifiers["cpe23"], identifiers["cpe22"]].map(text);
  return [...new Set(ids.filter((id) => id !== null))];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
