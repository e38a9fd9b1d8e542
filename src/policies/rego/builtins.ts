/**
 * The functions that modules may call besides Rego's own: those of `docker scout policy`, and of OPA's those that its WebAssembly
 * leaves to its host. All of them answer from facts that were found out before; none asks anybody.
 */
import { createHash } from "node:crypto";
import { PackageURL } from "packageurl-js";
import { getVersionScheme } from "../../versions/schemes.ts";
import type { ScoutFacts } from "./scout-facts.ts";

/** Undefined: no answer, which makes the rule that asked undefined. */
export type Builtins = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Names and numbers of arguments of Scout's functions, for the compiler. */
export const scoutFunctions: Readonly<Record<string, number>> = {
  "oci.referrer": 1,
  "oci.canonical_name": 1,
  "oci.image_digest": 1,
  "oci.index": 2,
  "oci.referrer_index": 2,
  "oci.referrer_by_digest": 2,
  "scout.parse_purl": 1,
  "scout.package_provenance": 1,
  "scout.vulnerabilities": 1,
  "scout.package_recommendation": 1,
  "scout.base_image": 0,
  "cosign.verify_dsse": 2,
  "cosign.verify_image": 2,
  "cosign.verify_images": 2,
  "gpg.verify_commit": 3,
};

/** OPA's own functions that are answered here. */
export const hostFunctions: readonly string[] = [
  "crypto.md5",
  "crypto.sha1",
  "crypto.sha256",
  "hex.decode",
  "hex.encode",
  "semver.compare",
  "semver.is_valid",
  "strings.any_prefix_match",
  "strings.any_suffix_match",
  "strings.count",
  "time.add_date",
  "time.clock",
  "time.date",
  "time.now_ns",
  "time.parse_duration_ns",
  "time.parse_rfc3339_ns",
  "time.weekday",
];

/** `unknown` is told each time something was asked for that nobody could find out, with the reason. */
export function createBuiltins(facts: ScoutFacts, unknown: (reason: string) => void): Builtins {
  const missing = (name: string): undefined => {
    unknown(facts.missing[name] ?? `${name} is not known here`);
    return undefined;
  };
  const referrer = (type: string): unknown => {
    const reason =
      facts.missing[type] ?? (type in facts.referrers ? undefined : facts.missing["attestations"]);
    if (reason !== undefined) unknown(reason);
    return facts.referrers[type] ?? null;
  };
  return {
    "oci.referrer": referrer,
    "oci.canonical_name": canonicalName,
    "oci.image_digest": (reference: string) =>
      facts.tags[fullName(reference)] ?? missing(`the digest of ${reference}`),
    "oci.index": (reference: string) => missing(`the index of ${reference}`),
    "oci.referrer_index": (reference: string) => missing(`the list of referrers of ${reference}`),
    "oci.referrer_by_digest": (reference: string, digest: string) =>
      missing(`the referrer ${digest} of ${reference}`),
    "scout.parse_purl": parsePurl,
    "scout.package_provenance": (purl: string) => missing(`the provenance of ${purl}`),
    "scout.vulnerabilities": (purls: readonly string[]) => vulnerabilitiesOf(facts, purls, unknown),
    "scout.package_recommendation": (purl: string) => facts.fixes[purl],
    "scout.base_image": () => facts.baseImage ?? missing("the base image"),
    "cosign.verify_dsse": () => missing("the signature of the envelope"),
    "cosign.verify_image": (reference: string) => missing(`the signature of ${reference}`),
    "cosign.verify_images": (references: readonly string[]) => {
      for (const reference of references) missing(`the signature of ${reference}`);
      return {};
    },
    "gpg.verify_commit": () => missing("the signature of the commit"),
    ...opaFunctions(facts.now),
  } as Builtins;
}

function vulnerabilitiesOf(
  { referrers, missing }: ScoutFacts,
  purls: readonly string[],
  unknown: (reason: string) => void,
): unknown {
  const type = "https://scout.docker.com/vulnerabilities/v0.1";
  if (missing[type] !== undefined) unknown(missing[type]);
  const all = referrers[type]?.statement.predicate as readonly { readonly purl: string }[] | undefined;
  return all?.filter(({ purl }) => purls.includes(purl)) ?? [];
}

/** `node:25` -> `docker.io/library/node` */
function canonicalName(reference: string): string {
  return fullName(reference)
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "");
}

/** `node:25` -> `docker.io/library/node:25` */
function fullName(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (hasHost) return reference.replace(/^index\.docker\.io\//, "docker.io/");
  return rest.length === 0 ? `docker.io/library/${reference}` : `docker.io/${reference}`;
}

function parsePurl(text: string): unknown {
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text);
    return {
      type,
      namespace: namespace ?? "",
      name,
      version: version ?? "",
      qualifiers: { ...qualifiers },
      subpath: subpath ?? "",
    };
  } catch {
    return undefined;
  }
}

const NS_PER_MS = 1e6;

/** OPA's functions that WebAssembly leaves to its host. `now`: RFC 3339; a verdict has one time. */
function opaFunctions(now: string): Record<string, (...args: never[]) => unknown> {
  const hash = (algorithm: string) => (text: string) => createHash(algorithm).update(text).digest("hex");
  const matches =
    (test: (text: string, part: string) => boolean) => (texts: string | string[], parts: string | string[]) =>
      [texts].flat().some((text) => [parts].flat().some((part) => test(text, part)));
  const dateOf = (time: number | [number, string]): Date =>
    new Date(Math.floor(([time].flat()[0] as number) / NS_PER_MS));
  return {
    "crypto.md5": hash("md5"),
    "crypto.sha1": hash("sha1"),
    "crypto.sha256": hash("sha256"),
    "hex.decode": (text: string) => Buffer.from(text, "hex").toString("utf8"),
    "hex.encode": (text: string) => Buffer.from(text, "utf8").toString("hex"),
    "semver.compare": (left: string, right: string) =>
      isSemver(left) && isSemver(right) ? getVersionScheme("semver").compare(left, right) : undefined,
    "semver.is_valid": (text: unknown) => typeof text === "string" && isSemver(text),
    "strings.any_prefix_match": matches((text, part) => text.startsWith(part)),
    "strings.any_suffix_match": matches((text, part) => text.endsWith(part)),
    "strings.count": (text: string, part: string) => (part === "" ? 0 : text.split(part).length - 1),
    "time.add_date": (time: number, years: number, months: number, days: number) => {
      const date = dateOf(time);
      date.setUTCFullYear(
        date.getUTCFullYear() + years,
        date.getUTCMonth() + months,
        date.getUTCDate() + days,
      );
      return date.getTime() * NS_PER_MS;
    },
    "time.clock": (time: number) => {
      const date = dateOf(time);
      return [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
    },
    "time.date": (time: number) => {
      const date = dateOf(time);
      return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    },
    "time.now_ns": () => Date.parse(now) * NS_PER_MS,
    "time.parse_duration_ns": parseDuration,
    "time.parse_rfc3339_ns": (text: string) => {
      const ms = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
      return Number.isNaN(ms) ? undefined : ms * NS_PER_MS;
    },
    "time.weekday": (time: number) => WEEKDAYS[dateOf(time).getUTCDay()],
  } as Record<string, (...args: never[]) => unknown>;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

function isSemver(text: string): boolean {
  return text.length <= 256 && SEMVER.test(text);
}

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go's durations: `1h30m`, `-1.5s`. */
function parseDuration(text: string): number | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const parts = [...rest.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (rest === "" || parts.map(([all]) => all).join("") !== rest) return undefined;
  const sum = parts.reduce(
    (ns, [, value = "0", unit = "ns"]) => ns + Number(value) * (UNIT_NS[unit] ?? 0),
    0,
  );
  return sign === "-" ? -sum : sum;
}
