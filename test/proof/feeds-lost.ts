/** Asks a database for everything that a plain reading of its documents gives. */
import { openDatabase } from "../../src/advisories/database.ts";
import { readDocuments } from "../../src/advisories/documents.ts";
import { detectFeed } from "../../src/advisories/feeds.ts";
import { rowKey } from "../../src/advisories/row.ts";
import type { AdvisoryKey } from "../../src/domain/package.ts";

export interface LostRows {
  readonly asked: number;
  /** `npm express GHSA-…` */
  readonly missing: readonly string[];
}

interface Asked {
  /** Advisory ids by row key. */
  readonly rows: Map<string, { readonly key: AdvisoryKey; readonly ids: Set<string> }>;
  readonly contexts: Set<string>;
  /** Records that a later document takes back. */
  readonly withdrawn: Set<string>;
}

/** Every space, name and advisory id of the documents in `path` that the database in `dir` does not answer. */
export async function findLost(path: string, dir: string): Promise<LostRows> {
  const asked = await readAll(path);
  const database = openDatabase(dir, { verify: true });
  try {
    const found = database.findAdvisories([...asked.rows.values()].map(({ key }) => key));
    const contexts = database.findContexts([...asked.contexts]);
    const missing = [...asked.contexts].filter((id) => !contexts.has(id));
    let count = asked.contexts.size;
    for (const [key, { key: place, ids }] of asked.rows) {
      const there = new Set((found.get(key) ?? []).map((advisory) => advisory.id));
      count += ids.size;
      for (const id of ids) if (!there.has(id)) missing.push(`${place.space} ${place.name} ${id}`);
      if (there.size > ids.size) missing.push(`${place.space} ${place.name}: more than was asked for`);
    }
    return { asked: count, missing };
  } finally {
    database.close();
  }
}

async function readAll(path: string): Promise<Asked> {
  const asked: Asked = { rows: new Map(), contexts: new Set(), withdrawn: new Set() };
  await readDocuments(path, {
    signal: null,
    onDocument(document) {
      for (const record of detectFeed(document)?.read(document).records ?? []) {
        if (record.kind === "context") asked.contexts.add(record.id);
        else if (record.withdrawn) asked.withdrawn.add(record.id);
        for (const { advisory } of record.advisories ?? [])
          add(asked, advisory.space, advisory.name, advisory.id);
      }
    },
  });
  for (const { ids } of asked.rows.values()) for (const id of asked.withdrawn) ids.delete(id);
  return asked;
}

function add({ rows }: Asked, space: string, name: string, id: string): void {
  const row = rows.get(rowKey(space, name)) ?? {
    key: { space, name, version: "", by: "package" as const },
    ids: new Set(),
  };
  rows.set(rowKey(space, name), row);
  row.ids.add(id);
}
