/** Notation's trust policy (trust-store-trust-policy.md 1.0) and trust store: whose certificates count for which repositories. */
import { X509Certificate } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { NotationTrust } from "../../domain/signature.ts";
import { asList, asObject, asText, parseObject } from "../json.ts";

export interface TrustPolicy {
  readonly name: string;
  /** `registry.example.com/team/app`, or `*`. */
  readonly scopes: readonly string[];
  readonly checks: PolicyChecks;
  /** `ca:acme` */
  readonly stores: readonly string[];
  /** Attributes of the signer's subject that all have to be there, each identity by itself; null: any subject. */
  readonly identities: readonly ReadonlyMap<string, string>[] | null;
}

/** Which checks decide; one that does not is left out. */
export interface PolicyChecks {
  readonly authenticity: boolean;
  readonly authenticTimestamp: boolean;
  readonly expiry: boolean;
  readonly revocation: boolean;
}

export interface OpenNotationTrust {
  readonly policies: readonly TrustPolicy[];
  readonly certificates: ReadonlyMap<string, readonly X509Certificate[]>;
  /** The instant at which certificates have to be valid. */
  readonly at: Date;
}

const LIST_MAX = 1000;

/** @throws PlimsollError TRUST_INVALID */
export function openNotationTrust({ policy, certificates, at }: NotationTrust): OpenNotationTrust {
  const byStore = Map.groupBy(certificates, ({ store }) => store);
  return {
    policies: readPolicies(policy),
    certificates: new Map(
      [...byStore].map(([store, rows]) => [store, rows.map(({ pem, name }) => certificateOf(pem, name))]),
    ),
    at: new Date(at),
  };
}

function certificateOf(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new PlimsollError(
      "TRUST_INVALID",
      `${printable(name)} of Notation's trust store is no certificate.`,
    );
  }
}

function readPolicies(text: string): readonly TrustPolicy[] {
  try {
    const document = parseObject(Buffer.from(text), "trust policy", 1024 ** 2);
    if (document["version"] !== "1.0") throw new Error("its version is not 1.0");
    return asList(document["trustPolicies"], "trustPolicies", LIST_MAX).map(readPolicy);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new PlimsollError(
      "TRUST_INVALID",
      `The trust policy of Notation cannot be used: ${printable(why, 300)}`,
      { cause },
    );
  }
}

function readPolicy(value: unknown): TrustPolicy {
  const row = asObject(value, "trust policy");
  const texts = (key: string): readonly string[] =>
    asList(row[key] ?? [], key, LIST_MAX).map((each) => asText(each, key));
  const identities = texts("trustedIdentities");
  return {
    name: asText(row["name"], "name"),
    scopes: texts("registryScopes"),
    checks: readChecks(asObject(row["signatureVerification"], "signatureVerification")),
    stores: texts("trustStores"),
    identities: identities.includes("*") ? null : identities.map(readIdentity),
  };
}

/** `strict`, `permissive`, `audit` and `skip`, and what the policy overrides of them. */
function readChecks(row: Readonly<Record<string, unknown>>): PolicyChecks {
  const level = asText(row["level"], "level");
  const known: Readonly<Record<string, PolicyChecks>> = {
    strict: { authenticity: true, authenticTimestamp: true, expiry: true, revocation: true },
    permissive: { authenticity: true, authenticTimestamp: false, expiry: false, revocation: false },
    audit: { authenticity: false, authenticTimestamp: false, expiry: false, revocation: false },
    skip: { authenticity: false, authenticTimestamp: false, expiry: false, revocation: false },
  };
  const base = known[level];
  if (base === undefined) throw new Error(`there is no level ${level}`);
  const override = asObject(row["override"] ?? {}, "override");
  const checkOf = (name: keyof PolicyChecks): boolean =>
    override[name] === undefined ? base[name] : override[name] === "enforce";
  return {
    authenticity: checkOf("authenticity"),
    authenticTimestamp: checkOf("authenticTimestamp"),
    expiry: checkOf("expiry"),
    revocation: checkOf("revocation"),
  };
}

const IDENTITY = "x509.subject:";

/** `x509.subject: C=US, ST=WA, O=acme` */
function readIdentity(text: string): ReadonlyMap<string, string> {
  if (!text.startsWith(IDENTITY)) throw new Error(`${text} is no x509.subject`);
  const parts = text.slice(IDENTITY.length).match(/(?:\\.|[^,\\])+/g) ?? [];
  const attributes = parts.map((part) => attributeOf(part.trim()));
  const map = new Map(attributes);
  const isWhole = ["C", "ST", "O"].every((name) => map.has(name)) && map.size === attributes.length;
  if (!isWhole) throw new Error(`${text} needs C, ST and O, each attribute once`);
  return map;
}

function attributeOf(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals)).trim().toUpperCase();
  return [
    name === "S" ? "ST" : name,
    text
      .slice(equals + 1)
      .trim()
      .replace(/\\(.)/g, "$1"),
  ];
}

/** The subject of a certificate as Node prints it: a line for each attribute. */
export function subjectOf({ subject }: X509Certificate): ReadonlyMap<string, string> {
  return new Map((subject ?? "").split("\n").map(attributeOf));
}

/** The policy of a repository: one that names it before one for all; null: none is for it. */
export function policyFor(policies: readonly TrustPolicy[], repository: string | null): TrustPolicy | null {
  const named = policies.find(({ scopes }) => repository !== null && scopes.includes(repository));
  return named ?? policies.find(({ scopes }) => scopes.includes("*")) ?? null;
}
