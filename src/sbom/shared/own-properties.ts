/**
 * The state of the whole list, which the standard formats have no field for: as one JSON text in a property (CycloneDX) or an
 * annotation (SPDX), so that a document of ours reads back to the same inventory. For the packages see `own-package.ts`.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { BuildStage, Sbom, SbomOrigin } from "../../domain/package.ts";
import { problemCodes, type Problem, type ProblemCode } from "../../domain/problem.ts";
import { countOf, embeddedJson, recordsOf, textOf } from "./fields.ts";

export type Pair = readonly [name: string, value: string];

/** Name of the pair that holds the state of the whole list. */
export const SBOM_PAIR = "plimsoll:sbom";

export interface OwnSbomState {
  readonly distro: Sbom["distro"];
  readonly problems: readonly Problem[];
  readonly completeness: Sbom["completeness"];
  readonly verification: Sbom["verification"];
  readonly producers: Readonly<Record<string, number>>;
  readonly origin?: SbomOrigin;
  readonly stages?: readonly BuildStage[];
}

/** All of an inventory but its packages as one JSON text. */
export function writeSbomState(sbom: Sbom): string {
  const { distro, completeness, verification, problems, producers, origin, stages } = sbom;
  return JSON.stringify({ distro, completeness, verification, problems, producers, origin, stages });
}

/** What `writeSbomState` wrote, or null when the text is something else. */
export function readSbomState(text: string): OwnSbomState | null {
  const record = recordOf(embeddedJson(text));
  if (record === null || textOf(record["completeness"]) === null) return null;
  return {
    distro: readDistro(record["distro"]),
    problems: recordsOf(record["problems"]).map(readProblem),
    // Anything but the exact word is read as the worse state.
    completeness: record["completeness"] === "complete" ? "complete" : "incomplete",
    verification: record["verification"] === "unverified" ? "unverified" : "not_applicable",
    producers: readCounts(record["producers"]),
    ...readOrigin(record["origin"]),
    ...(Array.isArray(record["stages"]) ? { stages: recordsOf(record["stages"]).flatMap(readStage) } : {}),
  };
}

function readOrigin(value: unknown): Pick<OwnSbomState, "origin"> {
  const record = recordOf(value);
  const format = textOf(record?.["format"]);
  if (record === null || format === null) return {};
  if (record["kind"] !== "attestation") return { origin: { kind: "document", format } };
  const predicateType = textOf(record["predicateType"]) ?? "";
  // Nothing was verified by reading a document that says so.
  return { origin: { kind: "attestation", format, predicateType, trust: "unsigned" } };
}

function readStage(record: JsonRecord): readonly BuildStage[] {
  const name = textOf(record["name"]);
  return name === null ? [] : [{ name, distro: readDistro(record["distro"]) }];
}

/** A distribution from loose JSON in our own shape, or null. */
export function readDistro(value: unknown): Sbom["distro"] {
  const record = recordOf(value);
  const id = textOf(record?.["id"]);
  if (record === null || id === null) return null;
  const idLike = record["idLike"];
  return {
    id,
    versionId: textOf(record["versionId"]),
    codename: textOf(record["codename"]),
    name: textOf(record["name"]) ?? id,
    idLike: Array.isArray(idLike) ? idLike.filter((word) => typeof word === "string") : [],
  };
}

/** A problem from loose JSON in our own shape. An unknown code, of a newer version, counts as incomplete. */
export function readProblem(value: unknown): Problem {
  const record = recordOf(value) ?? {};
  const code = textOf(record["code"]) ?? "";
  const isKnown = Object.hasOwn(problemCodes, code);
  return {
    code: isKnown ? (code as ProblemCode) : "SBOM_FIELD_INVALID",
    message: textOf(record["message"]) ?? "a problem without a message",
    path: textOf(record["path"]),
    layer: textOf(record["layer"]),
  };
}

/** Whole numbers by name; other members are left out. */
export function readCounts(value: unknown): Readonly<Record<string, number>> {
  const counts = Object.entries(recordOf(value) ?? {}).filter(([, count]) => countOf(count) !== null);
  return Object.fromEntries(counts) as Record<string, number>;
}
