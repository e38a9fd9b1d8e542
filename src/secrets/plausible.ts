/**
 * Whether a text that has the form of a secret is one: entropy, check sums, and the examples that documentations are full of.
 */
import { crc32 } from "node:zlib";
import type { SecretRule } from "./types.ts";

/** Whether `value`, found by `rule`, is to be reported. */
export function isPlausible(value: string, rule: SecretRule): boolean {
  if (rule.allowed?.some((pattern) => pattern.test(value)) === true) return false;
  if (rule.entropyMin > 0 && entropyBits(value) < rule.entropyMin) return false;
  if (rule.checksum !== undefined && !hasChecksum(value)) return false;
  return rule.kind === "token" ? !isMadeUp(value) : !isPlaceholder(value);
}

/** Shannon entropy in bits a character; 0 for an empty text. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Tokens of GitHub and npm end in six signs of Base62 that are the CRC-32 of the thirty before them.
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
function hasChecksum(value: string): boolean {
  const body = value.slice(value.indexOf("_") + 1);
  return body.slice(-6) === base62(crc32(body.slice(0, -6))).padStart(6, "0");
}

function base62(value: number): string {
  let text = "";
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = (BASE62[rest % 62] ?? "") + text;
  return text;
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A token that a person has typed: rows of the keyboard, the same sign over and over, words that say so. */
function isMadeUp(value: string): boolean {
  return MADE_UP.test(value);
}

const MADE_UP =
  /example|placeholder|redacted|changeme|your[-_]?(?:api|token|key|secret)|xxxxxx|000000000|0123456789|1234567890|abcdefghij|ABCDEFGHIJ|qwertyuiop|deadbeefdeadbeef|fake[-_]|dummy|([A-Za-z0-9*])\1{7}/;

/** Words and forms that stand where a password would: variables, descriptions, defaults that are known to everybody. */
function isPlaceholder(value: string): boolean {
  return isReference(value) || isMadeUp(value.toLowerCase()) || COMMON.test(value) || /(.)\1{4}/.test(value);
}

const COMMON =
  /^(?:my|your|the|some|any|a|db|user|new|old|super|top|app|admin|root|test|default)?[-_ ]?(?:pass(?:w(?:or)?d|phrase)?|passw0rd|p4ssw0rd|secret|secretpassword|pwd|pw|token|key|auth|api[-_]?key|credentials?|changeit|change[-_]?me|hunter2|letmein|tiger|foo|bar|baz|foobar|qux|test(?:ing)?|guest|user(?:name)?|admin(?:istrator)?|root|postgres(?:ql)?|mysql|mongo(?:db)?|redis|rabbitmq|none|null|nil|undefined|true|false|string|value|todo|required|optional|empty|blank|123+4*5*6*7*8*9*0*|abc(?:123)?|asdf|blah|hello|world|x{3,}|y{3,}|\*+|-+|\.+)[-_ ]?(?:pass(?:word)?|secret|key|here|value|\d{1,4}|!)?$/i;

/** Not a value but where it comes from: `$X`, `${X}`, `<x>`, `{{ x }}`, `%X%`, `process.env.X`, a path, a call. */
export function isReference(value: string): boolean {
  return REFERENCE.test(value) || /^\s*$/.test(value);
}

const REFERENCE =
  /^\\?\$(?![0-9a-z]{1,2}\$)|^\{\{|^<.*>$|^%[\w()]+%?s?$|^\[.*\]$|^\{[^{}]*\}$|^#\{|^\$\{|^(?:\.{0,2}|~|file:\/)\/[\w./-]+$|^(?:process\.env|os\.environ|getenv|env|ENV|System\.getenv|config|settings|secrets?|vars?|self|this|args|options|params|data)[.([]|^[a-z_]\w*\(|^(?:ENC|vault|secret|ssm|arn|op|ref)(?:\(|:)|^\*{2,}$/;
