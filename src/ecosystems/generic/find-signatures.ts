/**
 * Which signatures a path may be of. Asked of every file of every layer, so by two look-ups in maps: of the whole last part
 * of the path, and of its first two characters for names with a `*`.
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
const startLength = 2;

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

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
