/**
 * Which signatures a path may be of. Asked of every file of every layer, so by three look-ups: of the first four characters of
 * its last part, with which no signature starts in most cases, then of the whole last part, and of names with a `*`.
 */
import { baseName } from "../shared/text.ts";
import type { Signature } from "./signature.ts";
import { applications } from "./signatures/applications.ts";
import { libraries } from "./signatures/libraries.ts";
import { runtimes } from "./signatures/runtimes.ts";
import { servers } from "./signatures/servers.ts";
import { tools } from "./signatures/tools.ts";

/** Every signature. The same id stands in several files where a program and its library are found differently. */
export const signatures: readonly Signature[] = [
  ...runtimes,
  ...servers,
  ...tools,
  ...libraries,
  ...applications,
];

/** In the order of `signatures`. */
export function findSignatures(path: string): readonly Signature[] {
  const at = path.lastIndexOf("/") + 1;
  if (starts[startOf(path, at)] === 0) return none;
  const name = baseName(path);
  const exact = byName.get(name);
  const globs = byStart.get(name.slice(0, startLength));
  if (exact === undefined && globs === undefined) return none;
  const found = new Set<Signature>();
  for (const { suffix, signature } of exact ?? []) {
    if (path === suffix || suffix === name || path.endsWith(`/${suffix}`)) found.add(signature);
  }
  for (const { before, after, signature } of globs ?? []) {
    if (name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after))
      found.add(signature);
  }
  return found.size === 0 ? none : [...found];
}

const none: readonly Signature[] = [];

/** A `*` stands behind this many characters at least. */
const startLength = 4;

/** By `startOf` its name: 1 where some signature has it. */
const starts = new Uint8Array(1 << 14);

/** The first `startLength` characters from `at`, mixed: what starts alike has the same number. */
function startOf(text: string, at: number): number {
  let mixed = 0;
  // Past the end of the text a character counts as 0.
  for (let i = at; i < at + startLength; i += 1) mixed = Math.imul(mixed, 37) + (text.charCodeAt(i) | 0);
  return mixed & (starts.length - 1);
}

interface Exact {
  readonly suffix: string;
  readonly signature: Signature;
}

interface Glob {
  readonly before: string;
  readonly after: string;
  readonly signature: Signature;
}

const byName = new Map<string, Exact[]>();
const byStart = new Map<string, Glob[]>();

for (const signature of signatures) {
  for (const file of signature.files) {
    const star = file.indexOf("*");
    if (star === -1) put(byName, baseName(file), { suffix: file, signature });
    else
      put(byStart, file.slice(0, startLength), {
        before: file.slice(0, star),
        after: file.slice(star + 1),
        signature,
      });
  }
}

for (const name of [...byName.keys(), ...byStart.keys()]) starts[startOf(name, 0)] = 1;

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
