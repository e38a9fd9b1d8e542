/**
 * A loopback server with the real feeds beside the checkout, in the layout of the live ones. Two editions: the second lacks one
 * record in ten, as if time had run backwards. Only containers are changed (YAML to JSON, folders to zips), record by record.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { readDocuments } from "../../src/advisories/documents.ts";
import type { FeedDocument } from "../../src/advisories/shared/document.ts";
import { sharedPath } from "../helpers/shared.ts";
import { writeZip } from "../helpers/zip.ts";

export interface LiveFeeds {
  /** For `--mirror`: `osv=http://127.0.0.1:4000/osv`. */
  readonly mirrors: readonly string[];
  /** Parts it serves. */
  readonly parts: readonly string[];
  /** Edition that is served from now on: 0 or 1. */
  edition: number;
  close(): Promise<void>;
}

type Edition = Map<string, Buffer>;

export async function startLiveFeeds(): Promise<LiveFeeds> {
  const editions: readonly Edition[] = [new Map(), new Map()];
  await addZips(editions, "osv/PyPI", "pypi-pysec-osv-yaml.tar.gz");
  await addZips(editions, "osv/crates.io", "crates-rustsec-osv.tar.gz");
  await addAlpine(editions);
  await addKev(editions);
  await addScores(editions);
  const feeds: { edition: number } = { edition: 0 };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).slice(1);
    const body = editions[feeds.edition]?.get(path);
    const etag = `"${feeds.edition}"`;
    if (body === undefined) response.writeHead(404).end();
    else if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, "content-length": body.length }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(feeds, {
    mirrors: ["osv", "alpine", "kev", "epss"].map((feed) => `${feed}=${base}/${feed}`),
    parts: ["osv/PyPI", "osv/crates.io", "alpine/v3.10", "alpine/v3.11", "kev", "epss"],
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

async function documentsOf(name: string): Promise<FeedDocument[]> {
  const documents: FeedDocument[] = [];
  const path = sharedPath(`feeds/${name}`);
  if (path === null) throw new Error(`the round needs ../shared/feeds/${name}`);
  await readDocuments(path, { signal: null, onDocument: (document) => documents.push(document) });
  return documents;
}

/** The second edition's share of a list: nine in ten. */
function shareOf<T>(list: readonly T[], edition: number): readonly T[] {
  return edition === 0 ? list : list.filter((_, index) => index % 10 !== 9);
}

async function addZips(editions: readonly Edition[], path: string, name: string): Promise<void> {
  const members = (await documentsOf(name)).flatMap((document) => {
    const record = document.value() as { id?: string } | undefined;
    return record?.id === undefined ? [] : [{ name: `${record.id}.json`, content: JSON.stringify(record) }];
  });
  for (const [index, edition] of editions.entries())
    edition.set(`${path}/all.zip`, writeZip(shareOf(members, index)));
}

async function addAlpine(editions: readonly Edition[]): Promise<void> {
  for (const document of await documentsOf("alpine-secdb-v3.3-v3.11.tar.gz")) {
    const database = document.value() as { packages?: unknown };
    for (const [index, edition] of editions.entries()) {
      const packages = Array.isArray(database.packages) ? shareOf(database.packages, index) : [];
      const path = `alpine/${document.name.replace(/\.ya?ml$/, ".json")}`;
      edition.set(path, Buffer.from(JSON.stringify({ ...database, packages })));
    }
  }
}

async function addKev(editions: readonly Edition[]): Promise<void> {
  const documents = await documentsOf("kev-cisa-2026-08-07.tar.gz");
  const catalog = documents
    .map((document) => document.value() as { vulnerabilities?: unknown[] })
    .find((value) => Array.isArray(value?.vulnerabilities));
  for (const [index, edition] of editions.entries()) {
    const vulnerabilities = shareOf(catalog?.vulnerabilities ?? [], index);
    const text = JSON.stringify({ ...catalog, vulnerabilities, count: vulnerabilities.length });
    edition.set("kev/known_exploited_vulnerabilities.json", Buffer.from(text));
  }
}

/** Written in the layout of today: the file beside the checkout is a derived one. */
async function addScores(editions: readonly Edition[]): Promise<void> {
  const [document] = await documentsOf("epss-kev-subset.tar.gz");
  const lines = (document?.text() ?? "").split("\n").flatMap((line) => {
    const [cve = "", , score = "", percentile = ""] = line.split(",");
    return /^CVE-\d{4}-\d+$/.test(cve) ? [`${cve},${score},${percentile.trim()}`] : [];
  });
  for (const [index, edition] of editions.entries()) {
    const head = "#model_version:v2025.03.14,score_date:2026-08-22T00:00:00+0000\ncve,epss,percentile";
    const text = `${[head, ...shareOf(lines, index)].join("\n")}\n`;
    edition.set("epss/epss_scores-current.csv.gz", gzipSync(text));
  }
}
