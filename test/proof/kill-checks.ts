/** What a database answers, and what lies in its folder that does not belong there. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../src/advisories/database.ts";
import type { AdvisoryKey } from "../../src/domain/package.ts";

const names: readonly (readonly [space: string, names: readonly string[]])[] = [
  ["cargo", ["openssl", "tokio", "hyper", "time", "serde_yaml", "regex", "chrono", "smallvec"]],
  ["pypi", ["django", "pillow", "tensorflow", "requests", "jinja2", "ansible", "numpy", "lxml"]],
  ["apk:alpine:3.10", ["openssl", "busybox", "curl", "php7", "nodejs"]],
  ["apk:alpine:3.11", ["openssl", "busybox", "curl", "php7", "nodejs"]],
  ["apk:alpaquita:stream", ["openssl", "busybox", "curl", "zlib", "nodejs"]],
];
const keys = names.flatMap(([space, list]) =>
  list.map((name): AdvisoryKey => ({ space, name, version: "", by: "package" })),
);
const ids = Array.from({ length: 3000 }, (_, index) => `CVE-${2014 + (index % 12)}-${1000 + index * 7}`);

/**
 * A digest of many look-ups and of the whole state but its dates, after every segment was hashed; equal when the database
 * answers the same. @throws PlimsollError
 */
export function answersOf(dir: string): string {
  const database = openDatabase(dir, { verify: true });
  try {
    const advisories = [...database.findAdvisories(keys)];
    const contexts = [...database.findContexts(ids)];
    if (advisories.length === 0) throw new Error("the database answers none of the look-ups");
    const { digest, spaces } = database.status;
    const text = JSON.stringify([advisories, contexts, digest, spaces]);
    return `${advisories.length} ${contexts.length} ${createHash("sha256").update(text).digest("hex")}`;
  } finally {
    database.close();
  }
}

/** Whatever is neither the manifest nor one of its segments. */
export function leftoversOf(dir: string): string[] {
  const manifest = readFileSync(join(dir, "manifest.json"), "utf8");
  const top = readdirSync(dir).filter((name) => name !== "manifest.json" && name !== "segments");
  const segments = readdirSync(join(dir, "segments")).filter((name) => !manifest.includes(`"${name}"`));
  return [...top, ...segments.map((name) => `segments/${name}`)];
}
