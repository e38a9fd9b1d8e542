/**
 * `plimsoll db update` from the real feeds beside the checkout, served on loopback in the layout of the live ones: the real
 * download code, the real files. Alpine's are YAML there and JSON when live, OSV's are folders there and zips when live: only
 * the container is changed, record by record.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { parse } from "yaml";
import { createTarParser } from "../../src/io/tar-parser.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";
import { sharedPath, skipWithout } from "../helpers/shared.ts";
import { writeZip } from "../helpers/zip.ts";

const skip = skipWithout("feeds/MANIFEST.md");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-update-"));
const env = { HOME: folder, PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const files = new Map<string, Buffer>();
const requests: string[] = [];
let server: Server | null = null;
let base = "";

before(async () => {
  if (skip !== false) return;
  for (const [name, bytes] of readTarGz("feeds/alpine-secdb-v3.3-v3.11.tar.gz")) {
    if (name.endsWith(".yaml")) {
      files.set(
        `/alpine/${name.replace(/\.yaml$/, ".json")}`,
        Buffer.from(JSON.stringify(parse(bytes.toString("utf8")))),
      );
    }
  }
  const pysec = [...readTarGz("feeds/pypi-pysec-osv-yaml.tar.gz")].filter(([name]) => name.endsWith(".yaml"));
  files.set(
    "/osv/PyPI/all.zip",
    writeZip(
      pysec.map(([name, bytes]) => ({
        name: `${name.split("/").at(-1)?.replace(".yaml", "")}.json`,
        content: JSON.stringify(parse(bytes.toString("utf8"))),
      })),
    ),
  );
  const kev = [...readTarGz("feeds/kev-cisa-2026-08-07.tar.gz")].find(([name]) => name.endsWith(".json"));
  files.set("/kev/known_exploited_vulnerabilities.json", kev?.[1] ?? Buffer.alloc(0));
  const scores = [...readTarGz("feeds/epss-kev-subset.tar.gz")].find(([name]) => name.endsWith(".csv"));
  files.set("/epss/epss_scores-current.csv.gz", gzipSync(scores?.[1] ?? Buffer.alloc(0)));
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(`${request.method} ${path}`);
    const body = files.get(path);
    const etag = body === undefined ? "" : `"${body.length}"`;
    if (body === undefined) response.writeHead(404).end();
    else if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, "content-length": body.length }).end(body);
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

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

function update(...parts: string[]) {
  const mirrors = ["osv", "alpine", "kev", "epss"].flatMap((feed) => [
    "--mirror",
    `${feed}=${base}/${feed}/`,
  ]);
  return runProcess(["db", "update", "--format", "json", ...mirrors, ...parts], { env });
}

interface Report {
  readonly isChanged: boolean;
  readonly parts: readonly {
    readonly feed: string;
    readonly part: string;
    readonly outcome: string;
    readonly recordCount: number;
  }[];
}

const wanted = ["osv/PyPI", "alpine/v3.10", "alpine/v3.11", "kev", "epss"];

test("the first update fetches every part", { skip }, async () => {
  const run = await update(...wanted);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = JSON.parse(run.stdout) as Report;
  const rows = report.parts.map((part) => `${part.feed}/${part.part} ${part.outcome}`).sort();
  assert.deepEqual(rows, [
    "alpine/v3.10/community updated",
    "alpine/v3.10/main updated",
    "alpine/v3.11/community updated",
    "alpine/v3.11/main updated",
    "epss/ updated",
    "kev/ updated",
    "osv/PyPI updated",
  ]);
  const count = (feed: string) => report.parts.find((part) => part.feed === feed)?.recordCount;
  // 2,661 records, 10 of them withdrawn; 1,662 entries of the catalogue; 1,556 scores: the figures of MANIFEST.md.
  assert.deepEqual([count("osv"), count("kev"), count("epss")], [2651, 1662, 1556]);
});

test("a second update asks whether anything changed and moves nothing", { skip }, async () => {
  const run = await update(...wanted);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = JSON.parse(run.stdout) as Report;
  assert.ok(report.parts.every((part) => part.outcome === "unchanged"));
  assert.equal(report.isChanged, false);
});

test("what was fetched answers for a package", { skip }, async () => {
  const run = await runProcess(["db", "query", "--format", "json", "pkg:pypi/Django@2.2.1"], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  const answer = JSON.parse(run.stdout) as { state: string; advisories: { id: string }[] };
  assert.equal(answer.state, "answered");
  // PYSEC-2019-10: affected >= 2.2, < 2.2.2.
  assert.ok(
    answer.advisories.some((advisory) => advisory.id === "CVE-2019-12308"),
    run.stdout,
  );
});

test(
  "a feed that fails keeps its last good snapshot, says so, and makes the exit code 1",
  { skip },
  async () => {
    const zip = files.get("/osv/PyPI/all.zip");
    files.set("/osv/PyPI/all.zip", Buffer.from("not a zip"));
    const run = await update(...wanted);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^error [A-Z_]+: osv PyPI: /m);
    const query = await runProcess(["db", "query", "--format", "json", "pkg:pypi/django@2.2.1"], { env });
    assert.match(query.stdout, /CVE-2019-12308/);
    const status = await runProcess(["db", "status"], { env });
    assert.match(status.stdout, /osv\/PyPI.*FAILED/);
    if (zip !== undefined) files.set("/osv/PyPI/all.zip", zip);
  },
);

test("only the mirrors were asked", { skip }, () => {
  assert.ok(
    requests.every((request) => /^GET \/(osv|alpine|kev|epss)\//.test(request)),
    requests.join("\n"),
  );
});
