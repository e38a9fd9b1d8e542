/**
 * The search itself: keywords first, and a rule's pattern only around one of its keywords.
 */
import { severities } from "../domain/advisory.ts";
import { isPlausible } from "./plausible.ts";
import { pathRules, ruleSearch, secretRules } from "./rules.ts";
import type { SecretMatch, SecretRule } from "./types.ts";

/** Reads a file in parts; what it returns may be reused by the next call. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

export interface SecretSearchResult {
  /** Sorted by start; none lies inside of another. */
  readonly matches: readonly SecretMatch[];
  /** Matches past the limit. */
  readonly notListed: number;
  /** The file has so many places that look like the start of a secret that the search gave up. */
  readonly gaveUp: boolean;
}

/** Bytes that are searched at a time. */
const WINDOW_BYTES = 256 * 1024;
/** Keywords of a file whose surroundings are looked at. */
const CANDIDATES_MAX = 20_000;
/** Secrets listed of a file. */
const MATCHES_MAX = 50;
/** Bytes of a file of settings that is searched whole. */
const SETTINGS_BYTES_MAX = 512 * 1024;
/** Characters of an environment variable, label or command. */
export const TEXT_LENGTH_MAX = 256 * 1024;

const BEFORE = 64;
const AFTER = 512;

/** All rules that apply to files of any path. */
export function findSecretsInFile(read: ReadBytes, sizeBytes: number): SecretSearchResult {
  const { search, rules } = ruleSearch();
  const matches = new Map<string, SecretMatch>();
  let candidates = 0;
  let from = 0;
  while (from < sizeBytes) {
    const start = Math.max(0, from - BEFORE_MAX);
    const window = read(start, WINDOW_BYTES);
    const isLast = start + window.length >= sizeBytes;
    // A secret that begins here is whole in this window; what begins later is left to the next.
    const limit = isLast ? window.length : window.length - AFTER_MAX;
    let at = search.next(window, from - start);
    for (; at >= 0 && at < limit; at = search.next(window, at + 1)) {
      candidates += 1;
      if (candidates > CANDIDATES_MAX) return { ...listed(matches), gaveUp: true };
      for (const keyword of search.keywordsAt(window, at)) {
        for (const rule of rules[keyword] ?? []) matchAround(rule, window, at, start, matches);
      }
    }
    if (isLast || window.length === 0) break;
    from = start + limit;
  }
  return { ...listed(matches), gaveUp: false };
}

/** The rules of this path, over the whole text of the file; null where none applies. */
export function findSecretsInSettings(
  path: string,
  read: ReadBytes,
  sizeBytes: number,
): SecretSearchResult | null {
  if (!ANY_PATH.test(path)) return null;
  const rules = pathRules.filter(({ paths }) => paths?.test(path) === true);
  if (rules.length === 0) return null;
  const text = latin1(read(0, Math.min(sizeBytes, SETTINGS_BYTES_MAX)));
  return { ...matchAll(rules, text), gaveUp: sizeBytes > SETTINGS_BYTES_MAX };
}

/** Every rule that applies to configuration, over a short text. */
export function findSecretsInText(text: string): readonly SecretMatch[] {
  const searched = text.slice(0, TEXT_LENGTH_MAX);
  // A byte a character, so that offsets stay; no pattern looks for others than those of ASCII.
  const bytes = Buffer.from(searched, "latin1");
  const anywhere = findSecretsInFile(
    (offset, length) => bytes.subarray(offset, offset + length),
    bytes.length,
  );
  const { matches } = matchAll(configurationRules, searched);
  const apart = matches.filter(
    ({ start, end }) => !anywhere.matches.some((other) => start < other.end && other.start < end),
  );
  return [...anywhere.matches, ...apart].sort((a, b) => a.start - b.start);
}

const configurationRules = pathRules.filter(({ inConfiguration }) => inConfiguration === true);

/** One look says of most paths that no rule of `pathRules` is for them. */
const ANY_PATH = new RegExp(pathRules.map(({ paths }) => paths?.source ?? "").join("|"), "i");

const BEFORE_MAX = Math.max(BEFORE, ...secretRules.map(({ before }) => before ?? 0)) + 64;
const AFTER_MAX = Math.max(AFTER, ...secretRules.map(({ after }) => after ?? 0)) + 64;

function matchAll(rules: readonly SecretRule[], text: string): Omit<SecretSearchResult, "gaveUp"> {
  const matches = new Map<string, SecretMatch>();
  for (const rule of rules) {
    for (const found of text.matchAll(rule.pattern)) add(rule, found, 0, matches);
  }
  return listed(matches);
}

/**
 * A match that holds the keyword at `at`. Tried from one start after the other, so that a text of nothing but keywords costs no
 * more than its length: left alone, the pattern would be tried from every start up to the end of what was cut out.
 */
function matchAround(
  rule: SecretRule,
  window: Uint8Array,
  at: number,
  windowStart: number,
  matches: Map<string, SecretMatch>,
): void {
  const start = Math.max(0, at - (rule.before ?? BEFORE));
  const text = latin1(window.subarray(start, at + (rule.after ?? AFTER)));
  const keywordAt = at - start;
  const pattern = stickyPattern(rule);
  // At the edge of what was cut out nobody knows what stands before.
  for (let from = windowStart + start > 0 ? 1 : 0; from <= keywordAt; from += 1) {
    pattern.lastIndex = from;
    const found = pattern.exec(text);
    if (found === null || from + found[0].length <= keywordAt) continue;
    add(rule, found, windowStart + start, matches);
    return;
  }
}

const stickyPatterns = new Map<SecretRule, RegExp>();

function stickyPattern(rule: SecretRule): RegExp {
  const known = stickyPatterns.get(rule);
  if (known !== undefined) return known;
  const pattern = new RegExp(rule.pattern.source, rule.pattern.flags.replace("g", "y"));
  stickyPatterns.set(rule, pattern);
  return pattern;
}

function add(
  rule: SecretRule,
  found: RegExpExecArray,
  offset: number,
  matches: Map<string, SecretMatch>,
): void {
  const { secret, single, bare } = found.groups ?? {};
  const value = secret ?? single ?? bare;
  const span =
    found.indices?.groups?.["secret"] ?? found.indices?.groups?.["single"] ?? found.indices?.groups?.["bare"];
  if (value === undefined || span === undefined || !isPlausible(value, rule)) return;
  const start = offset + span[0];
  matches.set(`${rule.id} ${start}`, { rule, start, end: offset + span[1], shown: shownOf(value, rule) });
}

/** Four characters tell the kind of a long token; of what people choose they would tell too much. */
export function shownOf(value: string, { kind }: Pick<SecretRule, "kind">): string {
  return kind === "token" && value.length >= 20 ? `${value.slice(0, 4)}…` : "…";
}

function listed(matches: ReadonlyMap<string, SecretMatch>): Omit<SecretSearchResult, "gaveUp"> {
  const kept: SecretMatch[] = [];
  const order = [...matches.values()].sort(
    (a, b) => severities.indexOf(a.rule.severity) - severities.indexOf(b.rule.severity),
  );
  for (const match of order) {
    if (!kept.some((other) => match.start < other.end && other.start < match.end)) kept.push(match);
  }
  return {
    matches: kept.slice(0, MATCHES_MAX).sort((a, b) => a.start - b.start),
    notListed: Math.max(0, kept.length - MATCHES_MAX),
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
