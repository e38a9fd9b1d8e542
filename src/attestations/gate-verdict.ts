/**
 * A gate's decision as a signed statement that does not last: who admits which image where, by which policies and vulnerability data,
 * and until when. Whoever holds the key checks it without asking anybody.
 */
import { asList, asObject, asText, invalid } from "./json.ts";
import { isAbout, type Statement } from "./statement.ts";

export const gateVerdictType = "urn:plimsoll:attestation:gate:v1";

export interface GateVerdict {
  /** `plimsoll` and its version. */
  readonly tool: { readonly name: string; readonly version: string };
  /** Address of the server. */
  readonly issuer: string;
  readonly organisation: string;
  /** Null: wherever it runs. */
  readonly environment: string | null;
  readonly decision: "admit" | "deny";
  readonly causes: readonly { readonly cause: string; readonly message: string }[];
  /** Of ids and versions of the policies that had a say. */
  readonly policy: { readonly digest: string };
  /** What it was judged with; null: with none. */
  readonly database: { readonly digest: string | null; readonly updatedAt: string } | null;
  /** RFC 3339; null: it was not judged. */
  readonly evaluatedAt: string | null;
  readonly demonstration: boolean;
  /** RFC 3339. */
  readonly issuedAt: string;
  readonly expiresAt: string;
}

/** Of a verified statement. @throws PlimsollError DOCUMENT_INVALID when it is no verdict of a gate */
export function readGateVerdict({ predicateType, predicate }: Statement): GateVerdict {
  if (predicateType !== gateVerdictType) throw invalid("statement.predicateType", gateVerdictType);
  const said = asObject(predicate, "predicate");
  const decision = asText(said["decision"], "predicate.decision");
  if (decision !== "admit" && decision !== "deny") throw invalid("predicate.decision", "admit or deny");
  const tool = asObject(said["tool"], "predicate.tool");
  const policy = asObject(said["policy"], "predicate.policy");
  const database = said["database"] === null ? null : asObject(said["database"], "predicate.database");
  return {
    tool: {
      name: asText(tool["name"], "predicate.tool.name"),
      version: asText(tool["version"], "predicate.tool.version"),
    },
    issuer: asText(said["issuer"], "predicate.issuer"),
    organisation: asText(said["organisation"], "predicate.organisation"),
    environment: textOrNull(said["environment"], "predicate.environment"),
    decision,
    causes: asList(said["causes"], "predicate.causes", CAUSES_MAX).map((value, at) => {
      const cause = asObject(value, `predicate.causes[${at}]`);
      return {
        cause: asText(cause["cause"], `predicate.causes[${at}].cause`),
        message: asText(cause["message"], `predicate.causes[${at}].message`),
      };
    }),
    policy: { digest: asText(policy["digest"], "predicate.policy.digest") },
    database:
      database === null
        ? null
        : {
            digest: textOrNull(database["digest"], "predicate.database.digest"),
            updatedAt: asText(database["updatedAt"], "predicate.database.updatedAt"),
          },
    evaluatedAt: textOrNull(said["evaluatedAt"], "predicate.evaluatedAt"),
    demonstration: said["demonstration"] === true,
    issuedAt: timeOf(said["issuedAt"], "predicate.issuedAt"),
    expiresAt: timeOf(said["expiresAt"], "predicate.expiresAt"),
  };
}

export interface AskedVerdict {
  /** `sha256:…` */
  readonly digest: string;
  /** Where it is to run; null: nowhere in particular. */
  readonly environment: string | null;
  readonly organisation: string | null;
  readonly now: Date;
}

/** Why a verdict whose signature was verified does not admit the image; empty: it does. */
export function refusalsOf(
  statement: Statement,
  verdict: GateVerdict,
  { digest, environment, organisation, now }: AskedVerdict,
): readonly { readonly cause: string; readonly message: string }[] {
  const refusals: { cause: string; message: string }[] = [];
  if (!isAbout(statement, digest))
    refusals.push({ cause: "other-image", message: "the verdict is about another image" });
  if (verdict.environment !== environment) {
    const where = verdict.environment === null ? "no environment" : `the environment ${verdict.environment}`;
    refusals.push({ cause: "other-environment", message: `the verdict is for ${where}` });
  }
  if (organisation !== null && verdict.organisation !== organisation)
    refusals.push({ cause: "other-organisation", message: `the verdict is of ${verdict.organisation}` });
  const nowMs = now.getTime();
  if (Date.parse(verdict.expiresAt) <= nowMs)
    refusals.push({ cause: "expired", message: `the verdict has ended at ${verdict.expiresAt}` });
  if (Date.parse(verdict.issuedAt) > nowMs + SKEW_MS)
    refusals.push({ cause: "not-yet", message: `the verdict begins at ${verdict.issuedAt}: clocks differ` });
  if (verdict.decision === "deny") {
    const causes =
      verdict.causes.length === 0 ? [{ cause: "policy", message: "the gate stops it" }] : verdict.causes;
    refusals.push(...causes);
  }
  return refusals;
}

function textOrNull(value: unknown, what: string): string | null {
  return value === null ? null : asText(value, what);
}

function timeOf(value: unknown, what: string): string {
  const text = asText(value, what);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) || Number.isNaN(Date.parse(text)))
    throw invalid(what, "a time of RFC 3339 in UTC");
  return text;
}

const CAUSES_MAX = 1_000;
/** Clocks of clusters and servers differ. */
const SKEW_MS = 5 * 60_000;
