/** Targets: documents of feeds, archives of them, and the database's own files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildDatabase } from "../../src/advisories/build.ts";
import { createCollector, newCounts } from "../../src/advisories/collect.ts";
import { openDatabase } from "../../src/advisories/database.ts";
import { readDocuments } from "../../src/advisories/documents.ts";
import { detectFeed, isOf } from "../../src/advisories/feeds.ts";
import { readContext } from "../../src/advisories/row.ts";
import { readRows } from "../../src/advisories/stored-heads.ts";
import { foundRow } from "../../src/advisories/row-text.ts";
import { feedDocument } from "../../src/advisories/shared/document.ts";
import type { AdvisoryKey } from "../../src/domain/package.ts";
import { file, writeTar } from "../helpers/oci-tar.ts";
import { writeZip } from "../helpers/zip.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";
import { feedSamples } from "./fuzz-feed-samples.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-fuzz-feeds-"));

function readFeedDocument(name: string, input: Buffer): void {
  const document = feedDocument(name, input);
  const feed = detectFeed(document);
  if (feed === null) return;
  expect(isOf(feed, document), "a feed does not know its own document again");
  const collector = createCollector();
  const counts = newCounts();
  collector.add(feed, feed.read(document), counts);
  expect(
    counts.records <=
      counts.stored + counts.withdrawn + counts.unsupported + counts.empty + counts.neverAffected,
    "a record was lost without a count",
  );
  for (const part of collector.finish()) {
    let last = "";
    for (const { key, body } of part.rows()) {
      expect(last < key, "rows are not in order, or a key comes twice");
      last = key;
      if (part.advisoryCount === 0) readContext(feed.id, body);
      else
        for (const advisory of readRows(key, foundRow(body), { feed: feed.id, demonstration: false }))
          expect(advisory.id !== "" && advisory.name !== "", "an advisory has no id or no name");
    }
  }
}

const feedTargets = feedSamples.map(({ name, file: path, samples }): FuzzTarget => ({
  name: `feed ${name}`,
  samples: samples.map((sample) => Buffer.from(sample)),
  check: (input) => readFeedDocument(path, input),
}));

const records = feedSamples
  .filter(({ file: path }) => path.endsWith(".json"))
  .flatMap(({ samples }) => samples);
const members = records.map((content, index) => ({ name: `${index}.json`, content }));

function containerTarget(name: string, fileName: string, sample: Buffer): FuzzTarget {
  const path = join(folder, fileName);
  return {
    name,
    samples: [sample],
    async check(input) {
      writeFileSync(path, input);
      let count = 0;
      await readDocuments(path, { signal: null, onDocument: () => (count += 1) });
      expect(!input.equals(sample) || count === members.length, "documents of a good archive were lost");
    },
  };
}

const keys: readonly AdvisoryKey[] = [
  { space: "npm", name: "express", version: "", by: "package" },
  { space: "apk:alpine:3.20", name: "busybox", version: "", by: "source-package" },
  { space: "npm", name: "none", version: "", by: "package" },
];

function answersOf(dir: string): string {
  const database = openDatabase(dir);
  try {
    const advisories = [...database.findAdvisories(keys)];
    const contexts = [...database.findContexts(["CVE-2024-29041", "CVE-0"])];
    return JSON.stringify([advisories, contexts, database.status]);
  } finally {
    database.close();
  }
}

async function databaseTarget(): Promise<FuzzTarget> {
  const dir = join(folder, "db");
  for (const { name, content } of members) writeFileSync(join(folder, name), content);
  const inputs = members.map(({ name }) => ({ path: join(folder, name), feed: null }));
  await buildDatabase({ inputs, dir, now: new Date(0), demonstration: false });
  const paths = [
    "manifest.json",
    ...readdirSync(join(dir, "segments"))
      .sort()
      .map((name) => `segments/${name}`),
  ];
  const files = paths.map((path) => ({ path: join(dir, path), bytes: readFileSync(join(dir, path)) }));
  const whole = answersOf(dir);
  expect(
    whole.includes("CVE-2024-29041") && whole.includes("ransomware"),
    "the sample database answers nothing",
  );
  return {
    name: "database",
    // One byte in front says which file the input replaces.
    samples: files.map(({ bytes }, index) => Buffer.concat([Buffer.of(index), bytes])),
    check(input) {
      const damaged = files[(input[0] ?? 0) % files.length];
      if (damaged === undefined) return;
      writeFileSync(damaged.path, input.subarray(1));
      try {
        // Damage that no answer touched changes no answer.
        expect(answersOf(dir) === whole, "a damaged database answers, and differently");
      } finally {
        writeFileSync(damaged.path, damaged.bytes);
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const advisoryTargets: readonly FuzzTarget[] = [
  ...feedTargets,
  containerTarget("zip of records", "records.zip", writeZip(members)),
  containerTarget(
    "tar.gz of records",
    "records.tar.gz",
    gzipSync(writeTar(members.map(({ name, content }) => file(name, content)))),
  ),
  await databaseTarget(),
];
