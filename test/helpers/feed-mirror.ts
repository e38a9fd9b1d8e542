/**
 * The real feeds beside the checkout, served on loopback in the layout of the live ones. Alpine's are YAML there and JSON when live,
 * OSV's are folders there and zips when live: only the container is changed, record by record.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { parse } from "yaml";
import { createTarParser } from "../../src/io/tar-parser.ts";
import { sharedPath } from "./shared.ts";
import { writeZip } from "./zip.ts";

export interface FeedMirror {
  /** `http://127.0.0.1:45678`; each feed below it by its id. */
  readonly base: string;
  /** `GET /osv/npm/all.zip`, in order. */
  readonly requests: string[];
  /** By path: `/osv/npm/all.zip`. A test may change them. */
  readonly files: Map<string, Buffer>;
  close(): Promise<void>;
}

/** Feeds that the mirror has. */
export const mirroredFeeds: readonly string[] = ["osv", "alpine", "kev", "epss"];

/** Alpine 3.3 to 3.11, PyPI, Go, crates, KEV and EPSS. The caller closes it. */
export async function startFeedMirror(): Promise<FeedMirror> {
  const files = new Map([...alpineFiles(), ...osvFiles(), ...scoreFiles()]);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(`${request.method} ${path}`);
    const body = files.get(path);
    const etag = body === undefined ? "" : `"${body.length}"`;
    if (body === undefined) response.writeHead(404).end();
    else if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, "content-length": body.length }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    files,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

type Files = readonly (readonly [path: string, bytes: Buffer])[];

function alpineFiles(): Files {
  return [...readTarGz("feeds/alpine-secdb-v3.3-v3.11.tar.gz")]
    .filter(([name]) => name.endsWith(".yaml"))
    .map(([name, bytes]) => [`/alpine/${name.replace(/\.yaml$/, ".json")}`, jsonOf(bytes)]);
}

function osvFiles(): Files {
  return [
    ["PyPI", "feeds/pypi-pysec-osv-yaml.tar.gz"],
    ["Go", "feeds/go-vulndb-osv.tar.gz"],
    ["crates.io", "feeds/crates-rustsec-osv.tar.gz"],
  ].map(([ecosystem = "", archive = ""]) => {
    const records = [...readTarGz(archive)].filter(([name]) => /\.(?:ya?ml|json)$/.test(name));
    const members = records.map(([name, bytes]) => ({
      name: `${name
        .split("/")
        .at(-1)
        ?.replace(/\.\w+$/, "")}.json`,
      content: name.endsWith(".json") ? bytes : jsonOf(bytes),
    }));
    return [`/osv/${ecosystem}/all.zip`, writeZip(members)];
  });
}

function scoreFiles(): Files {
  const find = (archive: string, ending: string): Buffer =>
    [...readTarGz(archive)].find(([name]) => name.endsWith(ending))?.[1] ?? Buffer.alloc(0);
  return [
    ["/kev/known_exploited_vulnerabilities.json", find("feeds/kev-cisa-2026-08-07.tar.gz", ".json")],
    ["/epss/epss_scores-current.csv.gz", gzipSync(find("feeds/epss-kev-subset.tar.gz", ".csv"))],
  ];
}

function jsonOf(yaml: Buffer): Buffer {
  return Buffer.from(JSON.stringify(parse(yaml.toString("utf8"))));
}

function readTarGz(name: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const parser = createTarParser({
    wants: () => true,
    onEntry: (entry, body) => {
      if (body !== null) found.set(entry.path, Buffer.from(body));
    },
    bodyBytesMax: 64 * 1024 ** 2,
  });
  parser.write(gunzipSync(readFileSync(sharedPath(name) ?? name)));
  parser.end();
  return found;
}
