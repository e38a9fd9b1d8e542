/**
 * `deno.lock`, layouts 2 to 5 (https://docs.deno.com/runtime/fundamentals/modules/): its `npm` section. Keys are
 * `name@version`, with the versions of peers behind `_`. What stands in it from elsewhere (JSR, addresses) is said, as nothing here
 * reads it.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { integrityDigests } from "../shared/digests.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

export function readDenoLock(text: string): LockReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return parseFailed("the file is not valid JSON");
  }
  const root = recordOf(document);
  if (root === null || !Object.hasOwn(root, "version"))
    return parseFailed("the file is no lock file of Deno");
  const nested = recordOf(root["packages"]) ?? recordOf(root["npm"]);
  const entries = recordOf(root["npm"]) ?? recordOf(nested?.["npm"]) ?? recordOf(nested?.["packages"]) ?? {};
  const list = recordOf(entries["packages"]) ?? entries;
  const byName = new Map<string, string | null>();
  for (const key of Object.keys(list)) {
    const name = splitKey(key)?.name ?? "";
    byName.set(name, byName.has(name) ? null : key);
  }
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [...elsewhere(root, nested)];
  for (const [key, value] of Object.entries(list)) {
    const entry = recordOf(value);
    const named = splitKey(key);
    if (entry === null || !isToken(named?.name, nameLengthMax) || !isToken(named.version, versionLengthMax)) {
      complaints.push(recordInvalid(key, "has no valid name and version"));
      continue;
    }
    pinned.push({
      ...named,
      license: null,
      digests: integrityDigests(entry["integrity"]),
      id: key,
      needs: needsOf(entry, byName),
    });
  }
  return { pinned, complaints };
}

/** `@s/a@1.0.0_b@2.0.0` -> `@s/a` and `1.0.0`. A version has no `_`. */
function splitKey(key: string): { name: string; version: string } | null {
  const at = key.indexOf("@", 1);
  if (at === -1) return null;
  return { name: key.slice(0, at), version: key.slice(at + 1).split("_", 1)[0] ?? "" };
}

/** `["a", "b@1.0.0"]`, `["alias@npm:real@1.0.0"]`, or `{ "a": "a@1.0.0" }` of older layouts. */
function needsOf(entry: JsonRecord, byName: ReadonlyMap<string, string | null>): readonly string[] {
  return ["dependencies", "optionalDependencies", "optionalPeers"].flatMap((field) => {
    const value = entry[field];
    const texts = Array.isArray(value) ? (value as unknown[]) : Object.values(recordOf(value) ?? {});
    return texts.flatMap((text) => {
      if (typeof text !== "string") return [];
      const alias = text.indexOf("@npm:");
      const key = alias === -1 ? text : text.slice(alias + 5);
      // A name alone is written where there is one version of it.
      return key.includes("@", 1) ? [key] : [byName.get(key) ?? key];
    });
  });
}

function elsewhere(root: JsonRecord, nested: JsonRecord | null): readonly LockComplaint[] {
  const jsr = Object.keys(recordOf(root["jsr"]) ?? recordOf(nested?.["jsr"]) ?? {}).length;
  const remote = Object.keys(recordOf(root["remote"]) ?? {}).length;
  return [
    ...(jsr === 0 ? [] : [unread(`${jsr} packages of JSR are not listed`)]),
    ...(remote === 0 ? [] : [unread(`${remote} modules from addresses are not listed`)]),
  ];
}

function unread(message: string): LockComplaint {
  return { code: "DEPENDENCY_UNPINNED", message };
}
