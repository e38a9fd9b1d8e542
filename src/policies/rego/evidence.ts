/**
 * What modules ask of the outside: registries, keys and signatures. Nobody is asked while a module runs; what it asked in vain is
 * looked up between two runs, and the answers are handed in as facts.
 */
import { createHash } from "node:crypto";

/** A call of a function whose answer lies outside: `oci.image_digest("node:25")`. */
export interface Question {
  readonly name: QuestionName;
  readonly args: readonly unknown[];
}

export type QuestionName =
  | "oci.image_digest"
  | "oci.index"
  | "oci.referrer_index"
  | "oci.referrer_by_digest"
  | "cosign.verify_dsse"
  | "cosign.verify_image"
  | "gpg.verify_commit";

/** `value` null: there is none, as is known. */
export type Evidence = { readonly value: unknown } | { readonly reason: string };

/** By `questionKey`. */
export type EvidenceAnswers = Readonly<Record<string, Evidence>>;

/**
 * Looks up what a module asked. `texts`: the texts that stand in the module and in its configuration, which name whom it may ask.
 * Never throws.
 */
export type EvidenceSource = (question: Question, texts: readonly string[]) => Promise<Evidence>;

/** Same questions have the same key, in whatever order their objects name things. */
export function questionKey({ name, args }: Question): string {
  return createHash("sha256")
    .update(JSON.stringify([name, args], sorted))
    .digest("hex");
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** What a verification answers; `error` is there where it failed, and only there. */
export interface VerifyResult {
  readonly verified: boolean;
  readonly error?: string;
  /** Whose signature it is: names of keys or subjects of identities. */
  readonly signers?: readonly string[];
}

const TEXTS_MAX = 10_000;

/** Comments are passed over whole: a quote in one must not hide the code behind it. */
const TEXT = /#[^\n]*|("(?:[^"\\\n]|\\.)*")|`([^`]*)`/g;

/** The texts in a module, and in its configuration at any depth. */
export function textsIn(module: string, config: unknown): readonly string[] {
  const texts: string[] = [];
  for (const [, quoted, raw] of module.matchAll(TEXT)) {
    if (raw !== undefined) texts.push(raw);
    else if (quoted !== undefined) texts.push(unquoted(quoted));
  }
  collect(config, texts);
  return [...new Set(texts)].slice(0, TEXTS_MAX);
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) collect(each, texts);
  }
}
