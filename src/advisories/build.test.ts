import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { file, writeTar } from "../../test/helpers/oci-tar.ts";
import { writeZip } from "../../test/helpers/zip.ts";
import type { AdvisoryKey } from "../domain/package.ts";
import { buildDatabase, type BuildReport } from "./build.ts";
import { openDatabase } from "./database.ts";
import { readDatabaseStatus } from "./status.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-build-"));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function fresh(): string {
  count += 1;
  return join(root, `d${count}`);
}

const now = new Date("2026-11-21T12:00:00Z");

function osv(id: string, name: string, more: object = {}): string {
  return JSON.stringify({
    id,
    modified: "2024-01-01T00:00:00Z",
    affected: [
      {
        package: { ecosystem: "npm", name },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.0" }] }],
      },
    ],
    ...more,
  });
}

const yaml = `id: PYSEC-2020-1
modified: 2024-01-01T00:00:00Z
affected:
- package: {ecosystem: PyPI, name: Left_Pad}
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: "0"
    - fixed: 1.10
`;

function key(space: string, name: string): AdvisoryKey {
  return { space, name, version: "0", by: "package" };
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(fresh(), name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function build(paths: readonly string[], dir = fresh(), feed: string | null = null): Promise<BuildReport> {
  const inputs = paths.map((path) => ({ path, feed }));
  return buildDatabase({ inputs, dir, now, demonstration: false });
}

function ids(dir: string, space: string, name: string): string[] {
  const database = openDatabase(dir);
  try {
    const found = database.findAdvisories([key(space, name)]).get(`${space}\n${name}`) ?? [];
    return found.map((advisory) => advisory.id);
  } finally {
    database.close();
  }
}

describe("building from files", () => {
  const members = [
    { name: "all/A-1.json", content: osv("A-1", "left") },
    { name: "LICENSE", content: "text" },
    { name: "../../B-1.json", content: osv("B-1", "left") },
    { name: "vulns/left/PYSEC-2020-1.yaml", content: yaml },
  ];
  const inputs: readonly (readonly [string, () => string])[] = [
    ["a zip", () => write("all.zip", writeZip(members))],
    ["a zip, stored", () => write("all.zip", writeZip(members.map((each) => ({ ...each, stored: true }))))],
    [
      "a tar.gz",
      () => write("x.tar.gz", gzipSync(writeTar(members.map((each) => file(each.name, each.content))))),
    ],
    ["a tar", () => write("x.tar", writeTar(members.map((each) => file(each.name, each.content))))],
    [
      "a folder with an archive in it",
      () => {
        const dir = fresh();
        mkdirSync(join(dir, "a/b"), { recursive: true });
        writeFileSync(join(dir, "a/b/x.json"), osv("A-1", "left"));
        writeFileSync(join(dir, "a/PYSEC.yml"), yaml);
        writeFileSync(join(dir, "README.md"), "text");
        writeFileSync(join(dir, "b.zip"), writeZip([{ name: "B-1.json", content: osv("B-1", "left") }]));
        return dir;
      },
    ],
  ];
  for (const [name, make] of inputs) {
    it(`reads ${name}`, async () => {
      const dir = fresh();
      const report = await build([make()], dir);
      assert.deepEqual(
        [report.inputs[0]?.records, report.inputs[0]?.stored, report.advisoryCount],
        [3, 3, 3],
      );
      assert.deepEqual(report.spaces, ["npm", "pypi"]);
      assert.deepEqual(ids(dir, "npm", "left").sort(), ["A-1", "B-1"]);
      assert.deepEqual(ids(dir, "pypi", "left-pad"), ["PYSEC-2020-1"]);
      assert.deepEqual(ids(dir, "npm", "right"), []);
    });
  }

  it("reads single files and lists of records", async () => {
    const dir = fresh();
    await build(
      [write("a.json", osv("A-1", "left")), write("b.json", `[${osv("B-1", "left")},${osv("C-1", "left")}]`)],
      dir,
    );
    assert.deepEqual(ids(dir, "npm", "left"), ["A-1", "B-1", "C-1"]);
  });

  it("completes the heads of what it finds, and nothing that it did not give", async () => {
    const dir = fresh();
    await build(
      [write("a.json", `[${osv("A-1", "left")},${osv("B-1", "left")},${osv("C-1", "right")}]`)],
      dir,
    );
    const database = openDatabase(dir);
    const keys = [key("npm", "left"), key("npm", "right")];
    const heads = [...database.findHeads(keys).values()].flat();
    const whole = [...database.findAdvisories(keys).values()].flat();
    assert.deepEqual(
      heads.map(({ id }) => id),
      ["A-1", "B-1", "C-1"],
    );
    const [, second] = heads;
    assert.deepEqual([...database.complete(heads).values()], whole);
    assert.deepEqual([...database.complete(second === undefined ? [] : [second]).values()], [whole[1]]);
    assert.throws(() => database.complete(whole), { code: "INTERNAL" });
    database.close();
    assert.throws(() => database.complete(heads), { code: "INTERNAL" });
  });

  it("keeps what a record says", async () => {
    const dir = fresh();
    await buildDatabase({
      inputs: [{ path: write("a.yaml", yaml), feed: null }],
      dir,
      now,
      demonstration: true,
    });
    const database = openDatabase(dir, { verify: true });
    assert.deepEqual(database.findAdvisories([key("pypi", "left-pad")]).get("pypi\nleft-pad"), [
      {
        id: "PYSEC-2020-1",
        feed: "osv",
        space: "pypi",
        name: "left-pad",
        aliases: [],
        summary: "",
        ranges: [{ scheme: "pep440", introduced: "0", fixed: "1.10", lastAffected: null }],
        versions: [],
        severities: [],
        cwes: [],
        publishedAt: null,
        modifiedAt: "2024-01-01T00:00:00.000Z",
        url: "https://osv.dev/vulnerability/PYSEC-2020-1",
        demonstration: true,
      },
    ]);
    assert.equal(database.status.demonstration, true);
    assert.equal(database.status.updatedAt, now.toISOString());
    database.close();
    assert.equal(readDatabaseStatus(dir).advisoryCount, 1);
  });

  it("two notices of one CVE are both kept, whichever was changed last", async () => {
    const notice = (id: string, modified: string, fixed: string, upstream: readonly string[]): string =>
      JSON.stringify({
        id,
        modified,
        upstream,
        affected: [
          {
            package: { ecosystem: "Debian:12", name: "openssl" },
            ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
          },
        ],
      });
    const first = notice("DSA-1-1", "2030-03-01T00:00:00Z", "1.0-2", ["CVE-2030-1111", "CVE-2030-2222"]);
    const second = notice("DSA-2-1", "2030-02-01T00:00:00Z", "1.0-3", ["CVE-2030-2222", "CVE-2030-3333"]);
    const dir = fresh();
    await build([write("1.json", first), write("2.json", second)], dir);
    const database = openDatabase(dir);
    const found = database.findAdvisories([key("deb:debian:12", "openssl")]).get("deb:debian:12\nopenssl");
    database.close();
    assert.deepEqual(
      found?.map(({ id, ranges }) => `${id} ${ranges[0]?.fixed}`),
      ["CVE-2030-1111 1.0-2", "CVE-2030-2222 1.0-2", "CVE-2030-2222 1.0-3", "CVE-2030-3333 1.0-3"],
    );
  });

  it("of copies the newer one wins, whatever their order; a newer withdrawal takes all away", async () => {
    const old = write("old.json", osv("A-1", "left", { modified: "2020-01-01T00:00:00Z", summary: "old" }));
    const young = write("new.json", osv("A-1", "left", { modified: "2021-01-01T00:00:00Z", summary: "new" }));
    const gone = write(
      "gone.json",
      osv("A-1", "left", { modified: "2022-01-01T00:00:00Z", withdrawn: "2022-01-01T00:00:00Z" }),
    );
    const early = write(
      "early.json",
      osv("A-1", "left", { modified: "2020-06-01T00:00:00Z", withdrawn: "2020-06-01T00:00:00Z" }),
    );
    for (const [inputs, expected] of [
      [[old, young], "new"],
      [[young, old], "new"],
      [[early, young], "new"],
      [[young, gone, old], undefined],
      [[gone, young], undefined],
    ] as const) {
      const dir = fresh();
      await build(inputs, dir);
      const database = openDatabase(dir);
      assert.equal(database.findAdvisories([key("npm", "left")]).get("npm\nleft")?.[0]?.summary, expected);
      database.close();
    }
  });

  it("counts what it cannot use and goes on", async () => {
    const report = await build([
      write(
        "x.zip",
        writeZip([
          { name: "a.json", content: osv("A-1", "left") },
          { name: "b.json", content: "{ broken" },
          {
            name: "c.json",
            content: JSON.stringify({ id: "C-1", affected: [{ package: { ecosystem: "npm" } }] }),
          },
          {
            name: "d.json",
            content: JSON.stringify({
              id: "D-1",
              affected: [{ package: { ecosystem: "OSS-Fuzz", name: "x" }, versions: ["1"] }],
            }),
          },
          { name: "e.json", content: JSON.stringify({ id: "E-1", affected: [] }) },
          { name: "vex.json", content: JSON.stringify({ "@context": "https://openvex.dev/ns" }) },
        ]),
      ),
    ]);
    const { files, records, stored, unsupported, unsupportedByEcosystem, empty, invalid, reasons } =
      report.inputs[0] ?? assert.fail();
    assert.deepEqual([files, records, stored, unsupported, empty, invalid], [6, 4, 1, 1, 2, 2]);
    assert.deepEqual({ ...unsupportedByEcosystem }, { "OSS-Fuzz": 1 });
    assert.equal(reasons.length, 2);
  });

  it("gives the same bytes for the same input", async () => {
    const content = writeZip(members);
    const contents = await Promise.all(
      [1, 2].map(async () => {
        const dir = fresh();
        await build([write("all.zip", content)], dir);
        return readdirSync(join(dir, "segments")).sort();
      }),
    );
    assert.deepEqual(contents[0], contents[1]);
  });

  it("leaves the old database when an input is not understood, broken or missing", async () => {
    const dir = fresh();
    await build([write("a.json", osv("A-1", "left"))], dir);
    const zip = writeZip(members);
    const bad = Buffer.from(zip);
    bad[60] = (bad[60] ?? 0) ^ 1;
    const tar = gzipSync(writeTar(members.map((each) => file(each.name, each.content))));
    const rows: readonly (readonly [string, string | null, string])[] = [
      [write("x.json", "{}"), null, "FEED_INVALID"],
      [write("x.zip", "nonsense"), null, "FEED_INVALID"],
      [write("x.zip", bad), null, "FEED_INVALID"],
      [write("x.zip", zip.subarray(0, -30)), null, "FEED_INVALID"],
      [write("x.tar.gz", tar.subarray(0, -40)), null, "FEED_INVALID"],
      [write("x.csv.gz", gzipSync("cve,epss,percentile\n").subarray(0, 12)), null, "FEED_INVALID"],
      [write("x.json", osv("A-2", "left")), "kev", "FEED_INVALID"],
      [write("x.json", osv("A-2", "left")), "no-such-feed", "FEED_UNKNOWN"],
      [join(root, "nowhere"), null, "FILE_NOT_FOUND"],
    ];
    for (const [path, feed, code] of rows) await assert.rejects(build([path], dir, feed), { code }, path);
    assert.deepEqual(ids(dir, "npm", "left"), ["A-1"]);
    assert.equal(existsSync(join(dir, "lock")), false);
  });
});

describe("opening", () => {
  it("says that there is none", () =>
    assert.throws(() => openDatabase(fresh()), { code: "DATABASE_MISSING" }));

  it("refuses a damaged manifest, a missing, cut or changed segment", async () => {
    const damage: readonly (readonly [string, boolean, (dir: string) => void])[] = [
      ["empty manifest", false, (dir) => writeFileSync(join(dir, "manifest.json"), "")],
      [
        "changed manifest",
        false,
        (dir) => {
          const path = join(dir, "manifest.json");
          writeFileSync(path, readFileSync(path, "utf8").replace('"npm"', '"npn"'));
        },
      ],
      ["missing segment", false, (dir) => rmSync(segment(dir))],
      ["cut segment", false, (dir) => truncateSync(segment(dir), 30)],
      [
        "changed segment",
        true,
        (dir) => {
          const bytes = readFileSync(segment(dir));
          bytes[0] = 0;
          writeFileSync(segment(dir), bytes);
        },
      ],
    ];
    for (const [name, verify, act] of damage) {
      const dir = fresh();
      await build([write("a.json", osv("A-1", "left"))], dir);
      act(dir);
      assert.throws(() => openDatabase(dir, { verify }), { code: "DATABASE_INVALID" }, name);
    }
  });

  it("goes on with what is open while it is replaced, and not after it was closed", async () => {
    const dir = fresh();
    await build([write("a.json", osv("A-1", "left"))], dir);
    const database = openDatabase(dir);
    await build([write("b.json", osv("B-1", "left"))], dir);
    assert.equal(database.findAdvisories([key("npm", "left")]).get("npm\nleft")?.[0]?.id, "A-1");
    assert.deepEqual(ids(dir, "npm", "left"), ["B-1"]);
    assert.equal(readdirSync(join(dir, "segments")).length, 1);
    database.close();
    database.close();
    assert.throws(() => database.findAdvisories([]), { code: "INTERNAL" });
  });

  it("keeps scores and rows of one record, and takes both away with it", async () => {
    const dir = fresh();
    const entry = {
      id: "CVE-2024-0001",
      sourceIdentifier: "x@example.com",
      vulnStatus: "Analyzed",
      lastModified: "2024-01-01T00:00:00.000",
      weaknesses: [{ description: [{ value: "CWE-79" }] }],
      configurations: [
        { nodes: [{ cpeMatch: [{ vulnerable: true, criteria: "cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:*" }] }] },
        { nodes: [{ cpeMatch: [{ vulnerable: true, criteria: "cpe:2.3:a:x:y:2.0:*:*:*:*:windows:*:*" }] }] },
      ],
    };
    const found = (): unknown[] => {
      const database = openDatabase(dir);
      const key = { space: "cpe", name: "x:y", version: "1.0", by: "package" as const };
      const rows = database.findAdvisories([key]).get("cpe\nx:y") ?? [];
      const context = database.findContexts(["CVE-2024-0001"]).get("CVE-2024-0001");
      database.close();
      return [
        rows.map(({ id, feed, versions, systems = [] }) => [id, feed, versions, systems]),
        context?.cwes,
      ];
    };
    const report = await build([write("old.json", JSON.stringify(entry))], dir);
    // What it says of Windows is a row of its own.
    const rows = [
      ["CVE-2024-0001", "nvd", ["1.0"], []],
      ["CVE-2024-0001", "nvd", ["2.0"], ["windows"]],
    ];
    assert.deepEqual(found(), [rows, ["CWE-79"]]);
    assert.deepEqual(
      report.parts.map(({ part, recordCount, advisoryCount }) => [part, recordCount, advisoryCount]),
      [["2024", 1, 2]],
    );
    const rejected = { ...entry, vulnStatus: "Rejected", lastModified: "2024-02-01T00:00:00.000" };
    await build([write("old.json", JSON.stringify(entry)), write("new.json", JSON.stringify(rejected))], dir);
    assert.deepEqual(found(), [[], undefined]);
  });

  it("joins scores by vulnerability", async () => {
    const dir = fresh();
    const kev = {
      catalogVersion: "1",
      vulnerabilities: [{ cveID: "CVE-2020-1000", dateAdded: "2021-01-01" }],
    };
    const scores =
      "#score_date:2025-01-02T00\ncve,epss,percentile\nCVE-2020-1000,0.5,0.9\nCVE-2020-1001,0.1,0.2\n";
    await build([write("kev.json", JSON.stringify(kev)), write("epss.csv", scores)], dir);
    const database = openDatabase(dir);
    assert.deepEqual(
      [...database.findContexts(["CVE-2020-1001", "CVE-2020-1000", "CVE-2020-1002", "CVE-2020-1000"])],
      [
        [
          "CVE-2020-1000",
          {
            kev: { dateAdded: "2021-01-01", ransomware: false },
            epss: { score: 0.5, percentile: 0.9, date: "2025-01-02" },
          },
        ],
        ["CVE-2020-1001", { kev: null, epss: { score: 0.1, percentile: 0.2, date: "2025-01-02" } }],
      ],
    );
    assert.deepEqual(
      [database.status.hasKev, database.status.hasEpss, database.status.advisoryCount],
      [true, true, 0],
    );
    database.close();
  });
});

describe("a kill in the middle of a build", () => {
  it(
    "leaves the old database whole, and does not keep the next writer out",
    { timeout: 60_000 },
    async () => {
      const dir = fresh();
      await build([write("a.json", osv("A-1", "left"))], dir);
      const many = write(
        "many.json",
        `[${Array.from({ length: 4_000 }, (_, index) => osv(`B-${index}`, `p${index}`, { summary: hash(index) })).join(",")}]`,
      );
      const script = `import { buildDatabase } from ${JSON.stringify(join(import.meta.dirname, "build.ts"))};
      process.stdout.write("x");
      const inputs = [{ path: ${JSON.stringify(many)}, feed: null }];
      for (;;) await buildDatabase({ inputs, dir: ${JSON.stringify(dir)}, now: new Date(0), demonstration: Math.random() < 0.5 });`;
      for (const delayMs of [20, 120, 260, 400]) {
        await killAfter(script, delayMs);
        const database = openDatabase(dir, { verify: true });
        const isOld = database.status.advisoryCount === 1;
        assert.ok(isOld || database.status.advisoryCount === 4_000);
        const [space, name] = isOld ? ["npm", "left"] : ["npm", "p3999"];
        assert.equal(database.findAdvisories([key(space, name)]).size, 1);
        database.close();
      }
      await build([write("c.json", osv("C-1", "left"))], dir);
      assert.deepEqual(ids(dir, "npm", "left"), ["C-1"]);
      assert.deepEqual(
        readdirSync(dir).filter((name) => !name.startsWith(".lock.")),
        ["manifest.json", "segments"],
      );
      assert.equal(readdirSync(join(dir, "segments")).length, 1);
    },
  );
});

/** Starts node on a script, waits for its first output and the delay, then kills it without warning. */
async function killAfter(script: string, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  child.kill("SIGKILL");
  await ended;
}

function hash(index: number): string {
  return createHash("sha256").update(String(index)).digest("hex");
}

function segment(dir: string): string {
  return join(dir, "segments", readdirSync(join(dir, "segments"))[0] ?? "");
}
