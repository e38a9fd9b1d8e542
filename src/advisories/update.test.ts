import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { writeZip } from "../../test/helpers/zip.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { httpRequest } from "../io/http.ts";
import { buildDatabase } from "./build.ts";
import { openDatabase, readCurrentManifest } from "./database.ts";
import type { HttpClient } from "./download.ts";
import { selectParts } from "./select-parts.ts";
import { readDatabaseStatus } from "./status.ts";
import { updateDatabase, type UpdateOptions, type UpdateReport } from "./update.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-update-"));
let count = 0;
function fresh(): string {
  count += 1;
  return join(root, `d${count}`);
}

/** What the loopback server serves, by path below each feed's base. */
interface Served {
  body: Buffer;
  etag: string | null;
}
const served = new Map<string, Served>();
const requests: string[] = [];
let interfere: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;

const server = createServer((request, response) => {
  requests.push(`${request.url} ${request.headers["if-none-match"] ?? "-"}`);
  if (interfere?.(request, response) === true) return;
  const found = served.get((request.url ?? "").split("?")[0] ?? "");
  if (found === undefined) return void response.writeHead(404).end();
  if (found.etag !== null && request.headers["if-none-match"] === found.etag)
    return void response.writeHead(304).end();
  response.writeHead(200, found.etag === null ? {} : { etag: found.etag }).end(found.body);
});
let base = "";

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

function serve(path: string, body: string | Buffer, etag: string | null = null): void {
  served.set(path, { body: Buffer.from(body), etag });
}

function npmZip(ids: readonly string[]): Buffer {
  return writeZip(
    ids.map((id) => ({
      name: `${id}.json`,
      content: JSON.stringify({
        id,
        modified: "2024-01-01T00:00:00Z",
        affected: ["npm", "PyPI"].map((ecosystem) => ({
          package: { ecosystem, name: "left" },
          ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "1.0.0" }] }],
        })),
      }),
    })),
  );
}

function secdb(release: string, repository: string): string {
  const packages = [{ pkg: { name: "busybox", secfixes: { "1.2-r0": ["CVE-2020-1000"] } } }];
  return JSON.stringify({ distroversion: release, reponame: repository, packages });
}

const day1 = new Date("2026-11-20T00:00:00Z");
const day2 = new Date("2026-11-21T00:00:00Z");
const chosen = ["npm", "alpine/v3.22", "alpine/edge", "kev", "epss"];

/** Without retries, so that failures are quick. */
const http: HttpClient = (request) =>
  httpRequest({ ...request, limits: { ...request.limits, retriesMax: 0 } });

function update(dir: string, more: Partial<UpdateOptions> = {}): Promise<UpdateReport> {
  const mirrors = { osv: `${base}/osv`, alpine: `${base}/alpine/`, kev: `${base}/kev`, epss: `${base}/epss` };
  return updateDatabase({
    dir,
    parts: chosen,
    mirrors,
    acceptShrunk: [],
    now: day1,
    signal: null,
    http,
    ...more,
  });
}

function outcomes(report: UpdateReport): Record<string, string> {
  return Object.fromEntries(report.parts.map(({ feed, part, outcome }) => [`${feed}/${part}`, outcome]));
}

function npmIds(dir: string): string[] {
  const database = openDatabase(dir, { verify: true });
  try {
    return idsIn(database);
  } finally {
    database.close();
  }
}

function idsIn(database: AdvisoryDatabase): string[] {
  const found = database.findAdvisories([{ space: "npm", name: "left", version: "", by: "package" }]);
  return (found.get("npm\nleft") ?? []).map((advisory) => advisory.id);
}

const tenIds = Array.from({ length: 10 }, (_, index) => `GHSA-${index}`);

describe("updating from live feeds", () => {
  beforeEach(() => {
    served.clear();
    requests.length = 0;
    interfere = null;
    serve("/osv/npm/all.zip", npmZip(tenIds), '"npm-1"');
    serve("/alpine/v3.22/main.json", secdb("v3.22", "main"), '"a-1"');
    serve("/alpine/v3.22/community.json", secdb("v3.22", "community"));
    serve(
      "/kev/known_exploited_vulnerabilities.json",
      JSON.stringify({
        catalogVersion: "1",
        vulnerabilities: [{ cveID: "CVE-2020-1000", dateAdded: "2021-01-01" }],
      }),
      '"k-1"',
    );
    serve(
      "/epss/epss_scores-current.csv.gz",
      gzipSync("cve,epss,percentile\nCVE-2020-1000,0.5,0.9\n"),
      '"e-1"',
    );
  });

  it("fetches every part; an absent release is noted, other ecosystems of a record are left out", async () => {
    const dir = fresh();
    const report = await update(dir);
    assert.deepEqual(outcomes(report), {
      "osv/npm": "updated",
      "alpine/v3.22/main": "updated",
      "alpine/v3.22/community": "updated",
      "alpine/edge/main": "absent",
      "alpine/edge/community": "absent",
      "kev/": "updated",
      "epss/": "updated",
    });
    assert.equal(report.isChanged, true);
    assert.deepEqual(report.status.spaces, ["apk:alpine:3.22", "npm"]);
    assert.deepEqual(
      [report.status.hasKev, report.status.hasEpss, report.status.updatedAt],
      [true, true, day1.toISOString()],
    );
    assert.deepEqual(npmIds(dir), tenIds);
    assert.deepEqual(readdirSync(dir).sort(), ["manifest.json", "segments"]);
  });

  it("changes nothing when the new database is held back", async () => {
    const dir = fresh();
    await update(dir);
    const before = readDatabaseStatus(dir);
    serve("/osv/npm/all.zip", npmZip(tenIds.slice(1)), '"npm-2"');
    const judge = (candidate: AdvisoryDatabase): readonly string[] =>
      idsIn(candidate).includes("GHSA-0") ? [] : ["GHSA-0 is lost"];
    await assert.rejects(update(dir, { now: day2, judge }), { code: "DATABASE_HELD_BACK" });
    assert.deepEqual(readDatabaseStatus(dir), before);
    assert.deepEqual(npmIds(dir), tenIds);
    const { isChanged } = await update(dir, { now: day2 });
    assert.deepEqual([isChanged, npmIds(dir)], [true, tenIds.slice(1)]);
  });

  it("asks only whether anything changed, and then nothing does but the age", async () => {
    const dir = fresh();
    const first = await update(dir);
    requests.length = 0;
    const second = await update(dir, { now: day2 });
    assert.deepEqual(new Set(Object.values(outcomes(second))), new Set(["unchanged", "absent"]));
    // The part whose server sends no validators is read again, and is the same.
    assert.deepEqual(
      second.parts.filter(({ downloadBytes }) => downloadBytes > 0).map(({ part }) => part),
      ["v3.22/community"],
    );
    assert.ok(requests.includes('/osv/npm/all.zip "npm-1"'));
    assert.equal(second.isChanged, false);
    assert.equal(second.status.digest, first.status.digest);
    assert.equal(second.status.updatedAt, day2.toISOString());
    assert.deepEqual(npmIds(dir), tenIds);
  });

  it("what is open stays as it was: advisories and scores that nobody has asked for yet", async () => {
    const dir = fresh();
    const scores = (score: number): Buffer =>
      gzipSync(
        `#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2020-1000,${score},0.9\n`,
      );
    serve("/epss/epss_scores-current.csv.gz", scores(0.5), '"e-2"');
    await update(dir);
    assert.notEqual(readCurrentManifest(dir).parts.find(({ feed }) => feed === "epss")?.column, null);
    const database = openDatabase(dir);
    serve("/osv/npm/all.zip", npmZip(["GHSA-other", ...tenIds]), '"npm-2"');
    serve("/epss/epss_scores-current.csv.gz", scores(0.7), '"e-3"');
    await update(dir, { now: day2 });
    assert.equal(database.findContexts(["CVE-2020-1000"]).get("CVE-2020-1000")?.epss?.score, 0.5);
    assert.deepEqual(idsIn(database), tenIds);
    database.close();
  });

  it("fetches again what is damaged or came from elsewhere", async () => {
    const dir = fresh();
    await update(dir);
    for (const name of readdirSync(join(dir, "segments"))) writeFileSync(join(dir, "segments", name), "x");
    assert.throws(() => npmIds(dir), { code: "DATABASE_INVALID" });
    const report = await update(dir);
    assert.equal(outcomes(report)["osv/npm"], "updated");
    assert.deepEqual(npmIds(dir), tenIds);
    serve("/other/npm/all.zip", npmZip(tenIds), '"npm-1"');
    const moved = await update(dir, { parts: ["npm"], mirrors: { osv: `${base}/other` } });
    assert.ok((moved.parts[0]?.downloadBytes ?? 0) > 0);
  });

  it("keeps the last good snapshot of a feed that fails, and says so", async () => {
    const dir = fresh();
    await update(dir);
    const failures: readonly (readonly [string, string, () => void])[] = [
      [
        "a server error",
        "HTTP_FAILED",
        () =>
          (interfere = (request, response) =>
            request.url === "/osv/npm/all.zip" && Boolean(response.writeHead(500).end())),
      ],
      ["not found", "HTTP_FAILED", () => served.delete("/osv/npm/all.zip")],
      ["no zip", "FEED_INVALID", () => serve("/osv/npm/all.zip", "<html>")],
      [
        "another ecosystem",
        "FEED_INVALID",
        () => serve("/osv/npm/all.zip", writeZip([{ name: "x.json", content: "{}" }])),
      ],
      ["a body that breaks off", "HTTP_FAILED", () => (interfere = breakOff)],
    ];
    for (const [name, code, act] of failures) {
      interfere = null;
      serve("/osv/npm/all.zip", npmZip(tenIds), '"npm-2"');
      act();
      const report = await update(dir, { now: day2 });
      const npm = report.parts.find(({ part }) => part === "npm");
      assert.deepEqual([npm?.outcome, npm?.error?.code], ["failed", code], name);
      assert.equal(report.isChanged, false, name);
      const status = readDatabaseStatus(dir);
      assert.equal(status.updatedAt, day1.toISOString(), name);
      assert.ok(status.feeds.find(({ part }) => part === "npm")?.failure, name);
      assert.equal(status.feeds.find(({ feed }) => feed === "kev")?.failure, null, name);
      assert.deepEqual(npmIds(dir), tenIds, name);
    }
    interfere = null;
    assert.equal(outcomes(await update(dir, { now: day2 }))["osv/npm"], "unchanged");
    assert.equal(readDatabaseStatus(dir).feeds.find(({ part }) => part === "npm")?.failure, null);
  });

  it("holds back a part that lost more than a fifth of its records, unless told", async () => {
    const dir = fresh();
    await update(dir);
    serve("/osv/npm/all.zip", npmZip(tenIds.slice(0, 7)), '"npm-2"');
    const held = await update(dir, { now: day2 });
    assert.equal(outcomes(held)["osv/npm"], "held_back");
    assert.equal(held.parts.find(({ part }) => part === "npm")?.error?.code, "FEED_SHRUNK");
    assert.deepEqual(npmIds(dir), tenIds);
    const accepted = await update(dir, { now: day2, acceptShrunk: ["osv/npm"] });
    assert.equal(outcomes(accepted)["osv/npm"], "updated");
    assert.deepEqual(npmIds(dir), tenIds.slice(0, 7));
    serve("/osv/npm/all.zip", npmZip(tenIds.slice(0, 6)), '"npm-3"');
    assert.equal(outcomes(await update(dir))["osv/npm"], "updated", "6 of 7 is no fall");
  });

  it("an interrupted update leaves the old database", async () => {
    const dir = fresh();
    await update(dir);
    serve("/osv/npm/all.zip", npmZip([...tenIds, "GHSA-new"]), '"npm-2"');
    const controller = new AbortController();
    interfere = (request) => {
      if (!(request.url ?? "").startsWith("/kev")) return false;
      controller.abort(new Error("stopped"));
      return true;
    };
    await assert.rejects(update(dir, { signal: controller.signal }), /stopped/);
    assert.deepEqual(npmIds(dir), tenIds);
    assert.equal(existsSync(join(dir, "lock")), false);
    interfere = null;
    await update(dir);
    assert.deepEqual(npmIds(dir).length, 11);
  });

  it("fails when there is nothing at all", async () => {
    served.clear();
    const dir = fresh();
    await assert.rejects(update(dir), { code: "HTTP_FAILED" });
    assert.throws(() => openDatabase(dir), { code: "DATABASE_MISSING" });
  });

  it("takes a source that has no release of Alpine for a wrong address", async () => {
    const dir = fresh();
    await update(dir);
    const report = await update(dir, {
      mirrors: { osv: `${base}/osv`, alpine: `${base}/wrong` },
      parts: ["npm", "alpine/v3.22"],
    });
    assert.deepEqual(outcomes(report), {
      "osv/npm": "unchanged",
      "alpine/v3.22/main": "failed",
      "alpine/v3.22/community": "failed",
    });
  });

  it("leaves parts that were not asked for, and drops demonstration data", async () => {
    const dir = fresh();
    await update(dir);
    const report = await update(dir, { parts: ["kev"] });
    assert.deepEqual(Object.keys(outcomes(report)), ["kev/"]);
    assert.deepEqual(npmIds(dir), tenIds);
    const demo = fresh();
    const input = join(root, "demo.zip");
    writeFileSync(input, npmZip(["DEMO-1"]));
    await buildDatabase({ inputs: [{ path: input, feed: null }], dir: demo, now: day1, demonstration: true });
    await update(demo);
    assert.deepEqual([readDatabaseStatus(demo).demonstration, npmIds(demo)], [false, tenIds]);
  });

  it("fetches nothing of an excluded feed, and drops what was there", async () => {
    const dir = fresh();
    await update(dir);
    requests.length = 0;
    const report = await update(dir, { exclude: ["osv/npm", "epss"], now: day2 });
    const labels = report.parts.map(({ feed, part }) => `${feed}/${part}`);
    assert.ok(labels.includes("kev/") && !labels.includes("osv/npm") && !labels.includes("epss/"));
    assert.deepEqual(
      report.status.feeds.filter(({ feed }) => feed === "osv" || feed === "epss"),
      [],
    );
    assert.deepEqual(npmIds(dir), []);
    await assert.rejects(update(dir, { exclude: ["osv"], parts: ["npm"] }), { code: "FEED_EXCLUDED" });
  });

  it("writes no credential of a mirror into the database", async () => {
    const dir = fresh();
    await update(dir, {
      parts: ["npm"],
      mirrors: { osv: `${base.replace("//", "//user:secret@")}/osv?token=secret2` },
    }).catch(() => undefined);
    await update(dir, { parts: ["npm"], mirrors: { osv: `${base.replace("//", "//user:secret@")}/osv` } });
    assert.equal(JSON.stringify(readDatabaseStatus(dir)).includes("secret"), false);
  });
});

/** Sends half a body and hangs up. */
function breakOff(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== "/osv/npm/all.zip") return false;
  response.writeHead(200, { "content-length": "1000" });
  response.write("PK", () => response.destroy());
  return true;
}

describe("choosing parts", () => {
  const labels = (selectors: readonly string[]): string[] =>
    selectParts(selectors).map(({ feed, part }) => `${feed.id}/${part.id}`);

  it("by default takes what packages are cataloged for, and no non-commercial data", () => {
    const parts = labels([]);
    for (const part of [
      "osv/npm",
      "osv/PyPI",
      "osv/Debian",
      "osv/Alpine",
      "kev/",
      "epss/",
      "alpine/v3.22/main",
    ]) {
      assert.ok(parts.includes(part), part);
    }
    assert.equal(parts.includes("osv/Wolfi"), false);
  });

  const rows: readonly (readonly [string[], string[]])[] = [
    [["npm"], ["osv/npm"]],
    [
      ["pypi", "osv/npm"],
      ["osv/npm", "osv/PyPI"],
    ],
    [["kev", "kev"], ["kev/"]],
    [["alpine/v3.22"], ["alpine/v3.22/main", "alpine/v3.22/community"]],
    [["Wolfi"], ["osv/Wolfi"]],
  ];
  for (const [selectors, expected] of rows)
    it(selectors.join(" "), () => assert.deepEqual(labels(selectors), expected));

  it("takes all parts of a feed that has no default ones", () => {
    const years = labels(["nvd"]);
    assert.ok(years.includes("nvd/2002") && years.includes("nvd/2026"));
    assert.equal(
      labels([]).some((label) => label.startsWith("nvd")),
      false,
    );
  });

  it("refuses an unknown name", () =>
    assert.throws(() => selectParts(["no-such-feed"]), { code: "FEED_UNKNOWN" }));
});
