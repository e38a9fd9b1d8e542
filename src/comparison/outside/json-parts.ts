/** Parts of parsed JSON of unknown origin, each with an answer for what is not there. */
import type { Severity } from "../../domain/advisory.ts";
import { severities } from "../../domain/advisory.ts";

export type Node = Readonly<Record<string, unknown>>;

/** An empty object for what is none. */
export function node(value: unknown): Node {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

/** The objects of a list; none for what is no list. */
export function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.map(node) : [];
}

/** Null for what is no text, and for none. */
export function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** In any case; `moderate` counts as medium, and what no word stands for as unspecified. */
export function severityOf(value: unknown): Severity {
  const word = (text(value) ?? "").toLowerCase();
  if (word === "moderate") return "medium";
  if (word === "negligible") return "low";
  return severities.find((severity) => severity === word) ?? "unspecified";
}

/** By CVSS's own bands: https://www.first.org/cvss/v3.1/specification-document, section 5. */
export function severityOfScore(value: unknown): Severity {
  const score = Number(value);
  if (!Number.isFinite(score) || score <= 0 || score > 10) return "unspecified";
  return score >= 9 ? "critical" : score >= 7 ? "high" : score >= 4 ? "medium" : "low";
}

/** `registry.example.com/acme/app@sha256:…` -> `sha256:…`; null where there is none. */
export function digestIn(value: unknown): string | null {
  return /sha256:[0-9a-f]{64}/.exec(text(value)?.slice(0, 2000) ?? "")?.[0] ?? null;
}
