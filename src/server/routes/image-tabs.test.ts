/** One image and its tabs. Text of the image comes back as the text that it is. Long because it compares whole answers. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import {
  day,
  lodash,
  nasty,
  openssl,
  sampleImages,
  seedSample,
  type SampleName,
} from "../../../test/helpers/sample-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine } from "../../store/in-org.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
});
after(() => server.close());

const get = (path: string): Promise<Answer> => server.request("viewer", "GET", `/orgs/acme${path}`);
const tab = async (name: SampleName, path: string): Promise<Answer["json"]> => {
  const answer = await get(`/images/${seeded[name].id}/${path}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};

describe("one image", () => {
  test("with everything that is known of it", async () => {
    const { status, json } = await get(`/images/${seeded.app.id}`);
    assert.equal(status, 200);
    const { verdict, analysedAt, ...image } = json;
    assert.equal(typeof analysedAt, "string");
    assert.deepEqual(image, {
      id: seeded.app.id,
      digest: seeded.app.digest,
      platform: "linux/amd64",
      state: "analysed",
      failure: null,
      places: [
        { repository: "registry.example.com/acme/app", tags: ["1.0"], pushedAt: day(2).toISOString() },
      ],
      environments: ["production"],
      createdAt: day(2).toISOString(),
      sizeBytes: 30_001_000,
      distro: "Debian GNU/Linux 12 (bookworm)",
      endOfLife: null,
      user: "65532",
      completeness: "complete",
      verification: "verified",
      packageCount: 3,
      noPackageDatabase: false,
      layerCount: 2,
      base: sampleImages.app.base,
      baseReason: null,
      outdated: false,
      findings: { critical: 1, high: 1, medium: 0, low: 0, unspecified: 0, suppressed: 1, undetermined: 1 },
    });
    assert.equal(verdict.evaluationId, seeded.app.evaluationId);
    assert.deepEqual(verdict.causes, [{ kind: "first", text: "first evaluation" }]);
    assert.deepEqual([verdict.status, verdict.demonstration], ["not_met", false]);
  });

  test("that failed says why and what to do; one that waits says nothing of findings", async () => {
    const { failure, findings, verdict } = (await get(`/images/${seeded.failed.id}`)).json;
    assert.equal(failure.code, "SOURCE_NOT_FOUND");
    assert.ok(failure.advice.length > 10);
    assert.deepEqual([findings, verdict], [null, null]);
    const unmatched = (await get(`/images/${seeded.unmatched.id}`)).json;
    assert.equal(unmatched.findings, null);
    assert.equal(unmatched.verdict.status, "met");
    assert.equal(unmatched.endOfLife, "Alpine Linux v3.11 has had no security fixes since 2021-11-01");
  });

  test("of demonstration data is marked as such", async () => {
    const demonstration = { vulnerability: "CVE-2099-1", severity: "high", demonstration: true } as const;
    const [made] = await seedImages(server.parts.store, server.orgs.other, [
      { repository: "other/demo", tag: "1", packages: [{ name: "demo", findings: [demonstration] }] },
    ]);
    const path = `/orgs/other/images/${made!.id}`;
    assert.equal((await server.request("outsider", "GET", path)).json.verdict.demonstration, true);
    const { entries } = (await server.request("outsider", "GET", `${path}/vulnerabilities`)).json;
    assert.equal(entries[0].demonstration, true);
  });

  test("that was replaced has no tag any more", async () => {
    const { places } = (await get(`/images/${seeded.before.id}`)).json;
    assert.deepEqual(places, [
      { repository: "registry.example.com/acme/app", tags: [], pushedAt: day(1).toISOString() },
    ]);
  });

  test("of nobody is not found", async () => {
    for (const path of [
      "",
      "/policies",
      "/layers",
      "/packages",
      "/inventory",
      "/vulnerabilities",
      "/history",
      "/sbom",
    ]) {
      const { status, json } = await get(`/images/00000000-0000-4000-8000-000000000000${path}`);
      assert.deepEqual([status, json.code], [404, "NOT_FOUND"], path);
    }
  });
});

describe("the tabs of an image", () => {
  test("policies: in their order, each deviation with its layer", async () => {
    const { results } = await tab("app", "policies");
    assert.equal(results.length, 7);
    const [first, second] = results;
    assert.deepEqual(
      [first.status, second.status, second.reason],
      ["not_met", "no_data", "nothing is known"],
    );
    const told = first.deviations.map(({ message, layerIndex }: { message: string; layerIndex: number }) => [
      message,
      layerIndex,
    ]);
    assert.deepEqual(told, [
      [nasty, 1],
      ["a layer", 0],
      ["the image", null],
    ]);
    assert.deepEqual([first.weight, first.lost, first.effect], [20, 20, "block"]);
    assert.deepEqual(await tab("unjudged", "policies"), { results: [] });
  });

  test("layers: what each brought, and which are the base's", async () => {
    const { base, layers } = await tab("app", "layers");
    assert.deepEqual(base, sampleImages.app.base);
    const none = { critical: 0, high: 0, medium: 0, low: 0, unspecified: 0, suppressed: 0, undetermined: 0 };
    const shown = layers.map(({ index, command, fromBase, packageCount, findings }: Answer["json"]) => ({
      index,
      command,
      fromBase,
      packageCount,
      findings,
    }));
    assert.deepEqual(shown, [
      {
        index: 0,
        command: "ADD rootfs.tar.gz /",
        fromBase: true,
        packageCount: 2,
        findings: { ...none, critical: 1, high: 1 },
      },
      {
        index: 1,
        command: `RUN echo ${nasty}`,
        fromBase: false,
        packageCount: 1,
        findings: { ...none, suppressed: 1, undetermined: 1 },
      },
    ]);
    assert.deepEqual((await tab("unmatched", "layers")).layers[0].findings, null);
    assert.deepEqual(
      layers.map(({ source }: Answer["json"]) => source),
      [null, sampleImages.app.layers[1].source],
    );
  });

  test("packages: by name, with their places and findings", async () => {
    const { entries } = await tab("app", "packages");
    assert.deepEqual(
      entries.map(({ name }: { name: string }) => name),
      [nasty, "left-pad", "openssl"],
    );
    const [{ purl, version, licenses, locations, findings }] = entries;
    assert.deepEqual([purl, version, licenses], [lodash.purl, "4.0.0", ["MIT"]]);
    assert.deepEqual([locations[0].path, locations[0].layerIndex], [lodash.path, 1]);
    assert.deepEqual([findings.suppressed, findings.undetermined, findings.low], [1, 1, 0]);
    assert.equal(entries[1].findings.critical, 0);
    const known = entries.map(({ fileCount, ownedBy, bySignature }: Answer["json"]) => [
      fileCount,
      ownedBy,
      bySignature,
    ]);
    assert.deepEqual(known, [
      [12, lodash.ownedBy, false],
      [null, null, true],
      [null, null, false],
    ]);
    assert.equal((await tab("unmatched", "packages")).entries[0].findings, null);
  });

  test("inventory: coverage, system files, and problems with their layers", async () => {
    const { coverage, systemFiles, problems } = sampleImages.app;
    const [parse, build] = problems;
    assert.deepEqual(await tab("app", "inventory"), {
      completeness: "complete",
      verification: "verified",
      noPackageDatabase: false,
      coverage,
      systemFiles,
      problems: [
        { ...parse, effect: "incomplete", layerIndex: 0 },
        { ...build, effect: "notice", layerIndex: null },
      ],
      problemCount: 2,
    });
  });

  test("inventory: what is not known is null, and the missing package database is a state", async () => {
    const { noPackageDatabase, coverage, systemFiles } = await tab("multiArm", "inventory");
    assert.deepEqual([noPackageDatabase, coverage, systemFiles], [true, null, null]);
    assert.equal((await get(`/images/${seeded.multiArm.id}`)).json.noPackageDatabase, true);
    const waiting = await tab("queued", "inventory");
    assert.deepEqual([waiting.completeness, waiting.coverage, waiting.problems], [null, null, []]);
  });

  test("vulnerabilities: the gravest first, with proof, label and context", async () => {
    const { entries } = await tab("app", "vulnerabilities");
    const ids = entries.map(({ vulnerability }: { vulnerability: string }) => vulnerability);
    assert.deepEqual(ids, ["CVE-2026-1", "CVE-2026-2", "CVE-2026-4", "CVE-2026-3"]);
    const [first, , undetermined, suppressed] = entries;
    const { foundAt, ...finding } = first;
    assert.ok(!Number.isNaN(Date.parse(foundAt)));
    assert.deepEqual(finding, {
      vulnerability: "CVE-2026-1",
      aliases: ["GHSA-aaaa-bbbb-cccc"],
      purl: openssl.purl,
      packageName: "openssl",
      packageVersion: "3.0.1",
      layerIndex: 0,
      path: "var/lib/dpkg/status",
      severity: "critical",
      severitySource: "GHSA",
      score: 9.8,
      scoreSource: "GHSA",
      kind: "vulnerability",
      fixedVersion: "3.0.2",
      fixState: "fixed",
      fixNote: null,
      affectedRange: "<3.0.2",
      summary: "A weakness of openssl",
      status: "affected",
      reason: null,
      suppressed: false,
      exception: null,
      statement: null,
      kev: true,
      epss: 0.9,
      why: [
        {
          advisory: "CVE-2026-1",
          feed: "osv",
          url: "https://example.com/CVE-2026-1",
          comparison: "3.0.1 >= 0 and 3.0.1 < 3.0.2 (semver)",
        },
      ],
      demonstration: false,
    });
    assert.deepEqual(
      [undetermined.status, undetermined.reason],
      ["undetermined", "the version cannot be compared"],
    );
    assert.deepEqual(
      [suppressed.status, suppressed.suppressed, suppressed.summary],
      ["not_affected", true, nasty],
    );
    assert.deepEqual(suppressed.statement, {
      author: "ann",
      status: "not_affected",
      justification: "vulnerable_code_not_in_execute_path",
      document: "https://example.com/vex",
    });
  });

  const findingFilters: readonly (readonly [query: string, expected: readonly number[]])[] = [
    ["severity=critical,high", [1, 2]],
    ["severity=low", [3]],
    ["suppressed=without", [1, 2, 4]],
    ["suppressed=only", [3]],
    ["fixable=true", [1]],
    ["fixable=false", [2, 4, 3]],
    ["q=ghsa-AAAA", [1]],
    ["q=OpenSSL", [1, 2]],
    ["q=cve-2026-4", [4]],
    ["layer=1", [4, 3]],
    [`purl=${encodeURIComponent(lodash.purl)}`, [4, 3]],
    ["q=%25", [4, 3]],
  ];
  for (const [query, expected] of findingFilters) {
    test(`vulnerabilities filtered by ${query}`, async () => {
      const { entries } = await tab("app", `vulnerabilities?${query}`);
      assert.deepEqual(
        entries.map(({ vulnerability }: { vulnerability: string }) => Number(vulnerability.slice(-1))),
        expected,
      );
    });
  }

  const packageFilters: readonly (readonly [query: string, expected: readonly string[]])[] = [
    ["q=SSL", ["openssl"]],
    ["q=%3CSCRIPT", [nasty]],
    ["layer=0", ["left-pad", "openssl"]],
    [`purl=${encodeURIComponent(openssl.purl)}`, ["openssl"]],
    ["q=nothing", []],
  ];
  for (const [query, expected] of packageFilters) {
    test(`packages filtered by ${query}`, async () => {
      const { entries } = await tab("app", `packages?${query}`);
      assert.deepEqual(
        entries.map(({ name }: { name: string }) => name),
        expected,
      );
    });
  }

  test("a severity that there is not is refused", async () => {
    const answer = await get(`/images/${seeded.app.id}/vulnerabilities?severity=grave`);
    assert.deepEqual([answer.json.code, answer.json.fields[0].path], ["REQUEST_INVALID", "severity"]);
  });

  test("in pages hold every row once, and belong to one image", async () => {
    for (const [path, key] of [
      ["vulnerabilities", "vulnerability"],
      ["packages", "name"],
    ] as const) {
      const whole = (await tab("app", path)).entries.map((entry: Answer["json"]) => entry[key]);
      const paged: unknown[] = [];
      let cursor = "";
      do {
        const page = await tab("app", `${path}?limit=1${cursor}`);
        paged.push(...page.entries.map((entry: Answer["json"]) => entry[key]));
        cursor = page.next === null ? "" : `&cursor=${page.next}`;
      } while (cursor !== "");
      assert.deepEqual(paged, whole, path);
      const { next } = await tab("app", `${path}?limit=1`);
      const foreign = await get(`/images/${seeded.old.id}/${path}?cursor=${next}`);
      assert.equal(foreign.json.code, "REQUEST_INVALID", path);
    }
  });

  test("history: the newest first", async () => {
    await rowsOf(sql`insert into evaluation (org_id, image_id, status, causes, inputs, has_findings, critical, evaluated_at)
      values (${server.orgs.acme}, ${seeded.app.id}, 'met', '[{"kind":"time","text":"a grace period ended"}]', '{}', false, 0, ${day(1)})`);
    const { entries, next } = await tab("app", "history?limit=1");
    assert.equal(entries[0].id, seeded.app.evaluationId);
    const older = await tab("app", `history?limit=1&cursor=${next}`);
    assert.deepEqual(
      [older.entries[0].status, older.entries[0].findings, older.entries[0].causes, older.next],
      ["met", null, [{ kind: "time", text: "a grace period ended" }], null],
    );
  });
});

test("text of an image is told as the text that it is", async () => {
  for (const path of ["", "/policies", "/layers", "/packages", "/vulnerabilities"]) {
    const { text, headers } = await get(`/images/${seeded.app.id}${path}`);
    assert.equal(headers.get("content-type"), "application/json", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    if (path !== "") assert.ok(text.includes(JSON.stringify(nasty).slice(1, -1)), path);
  }
  assert.deepEqual(server.logged, []);
});

// eslint-disable-next-line typescript/no-explicit-any
async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
  const { rows } = await asEngine(server.parts.store, (tx) => query.execute(tx));
  return rows;
}
