/**
 * The functions that modules may call besides Rego's own: those of `docker scout policy`, and of OPA's those that its WebAssembly
 * leaves to its host. All of them answer from facts that were found out before; none asks anybody.
 */
import { PackageURL } from "packageurl-js";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { questionKey, type EvidenceAnswers, type Question, type QuestionName } from "./evidence.ts";
import { canonicalName, fullName } from "./image-name.ts";
import { documentFunctions } from "./opa-documents.ts";
import { textFunctions } from "./opa-text.ts";
import { timeFunctions } from "./opa-time.ts";
import type { HostFunction } from "./runtime.ts";
import type { ScoutFacts } from "./scout-facts.ts";

export type Builtins = Readonly<Record<string, HostFunction>>;

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
export const hostFunctions: readonly string[] = Object.keys({
  ...textFunctions,
  ...documentFunctions,
  ...timeFunctions("", () => {}),
});

/** What a run of a module tells besides its answer. */
export interface Listener {
  /** Something was asked for that nobody could find out. */
  unknown(reason: string): void;
  /** Something was asked for that nobody has looked up yet. */
  asked(question: Question): void;
}

export function createBuiltins(facts: ScoutFacts, answers: EvidenceAnswers, listener: Listener): Builtins {
  const missing = (name: string): undefined => {
    listener.unknown(facts.missing[name] ?? `${name} is not known here`);
    return undefined;
  };
  const ask = (name: QuestionName, ...args: readonly unknown[]): unknown => {
    const question = { name, args };
    const answer = answers[questionKey(question)];
    if (answer === undefined) listener.asked(question);
    else if ("value" in answer) return answer.value;
    else listener.unknown(answer.reason);
    return undefined;
  };
  return {
    "oci.referrer": (type) => referrerOf(facts, String(type), listener),
    "oci.canonical_name": onText(canonicalName),
    "oci.image_digest": onText(
      (reference) => facts.tags[fullName(reference)] ?? ask("oci.image_digest", reference),
    ),
    "oci.index": (reference, digest) => ask("oci.index", reference, digest),
    "oci.referrer_index": (reference, digest) => ask("oci.referrer_index", reference, digest),
    "oci.referrer_by_digest": (reference, digest) => ask("oci.referrer_by_digest", reference, digest),
    "scout.parse_purl": onText(parsePurl),
    "scout.package_provenance": onText(
      (purl) => facts.materials[withoutQualifiers(purl)] ?? missing(`the provenance of ${purl}`),
    ),
    "scout.vulnerabilities": (purls) => vulnerabilitiesOf(facts, [purls].flat(), listener),
    "scout.package_recommendation": onText((purl) => recommendationOf(facts, purl, listener)),
    "scout.base_image": () => facts.baseImage ?? missing("the base image"),
    "cosign.verify_dsse": (envelope, options) => ask("cosign.verify_dsse", envelope, options),
    "cosign.verify_image": (reference, options) => ask("cosign.verify_image", reference, options),
    "cosign.verify_images": (references, options) =>
      Object.fromEntries(
        [references].flat().flatMap((reference) => {
          const result = ask("cosign.verify_image", reference, options);
          return result === undefined ? [] : [[String(reference), result]];
        }),
      ),
    "gpg.verify_commit": (...args) => ask("gpg.verify_commit", ...args),
    ...textFunctions,
    ...documentFunctions,
    ...timeFunctions(facts.now, listener.unknown),
  };
}

function onText(answer: (text: string) => unknown): HostFunction {
  return (value) => (typeof value === "string" ? answer(value) : undefined);
}

function referrerOf({ missing, referrers }: ScoutFacts, type: string, { unknown }: Listener): unknown {
  const reason = missing[type] ?? (type in referrers ? undefined : missing["attestations"]);
  if (reason !== undefined) unknown(reason);
  return referrers[type] ?? null;
}

function vulnerabilitiesOf(
  { referrers, missing }: ScoutFacts,
  purls: readonly unknown[],
  { unknown }: Listener,
): unknown {
  const type = predicateTypes.scoutVulnerabilities;
  if (missing[type] !== undefined) unknown(missing[type]);
  const all = referrers[type]?.statement.predicate as readonly { readonly purl: string }[] | undefined;
  return all?.filter(({ purl }) => purls.includes(purl)) ?? [];
}

/** Undefined: nothing of the package is to be mended by a newer version. */
function recommendationOf({ fixes, missing }: ScoutFacts, purl: string, { unknown }: Listener): unknown {
  const reason = missing[predicateTypes.scoutVulnerabilities];
  if (reason !== undefined) unknown(reason);
  return fixes[purl];
}

/** `pkg:deb/debian/curl@7.88?arch=amd64` -> `pkg:deb/debian/curl@7.88` */
export function withoutQualifiers(purl: string): string {
  return purl.replace(/[?#].*$/s, "");
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
