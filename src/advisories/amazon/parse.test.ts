import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { feedDocument, type FeedDocument } from "../shared/document.ts";
import type { FeedAdvisory, FeedReading } from "../types.ts";
import { amazon } from "./index.ts";

interface Notice {
  readonly id: string;
  readonly type?: string;
  readonly packages?: string;
  readonly references?: string;
}

const kernel = `<package arch="x86_64" epoch="0" name="kernel" release="38.79.amzn2" version="4.9.76"/>`;
const cve = `<reference href="x" id="CVE-2017-5754" title="" type="cve"/>`;

function notice({ id, type = "security", packages = kernel, references = cve }: Notice): string {
  return `<update type="${type}" from="linux-security@amazon.com"><id>${id}</id>
    <title>Amazon Linux 2 2017.12 - ${id}: critical priority package update for kernel &amp; more</title>
    <issued date="2018-01-11 21:05"/><updated date="2018-01-16 01:28:30"/><severity>critical</severity>
    <references>${references}</references>
    <pkglist><collection short="amazon-linux-2"><name>Amazon Linux 2</name>${packages}</collection></pkglist>
  </update>`;
}

function list(...notices: readonly string[]): FeedDocument {
  const text = `<?xml version="1.0"?>\n<updates>${notices.join("\n")}</updates>`;
  return feedDocument("updateinfo.xml.gz", gzipSync(text));
}

function read(...notices: readonly string[]): FeedReading {
  const document = list(...notices);
  assert.ok(amazon.recognises(document));
  return amazon.read(document);
}

function rows(reading: FeedReading): readonly FeedAdvisory[] {
  return reading.records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory }) => advisory) : [],
  );
}

describe("notices of Amazon Linux", () => {
  it("are an advisory for each package and vulnerability", () => {
    const [row, ...others] = rows(read(notice({ id: "ALAS2-2018-939" })));
    assert.equal(others.length, 0);
    assert.deepEqual(row, {
      id: "CVE-2017-5754",
      space: "rpm:amzn:2",
      name: "kernel",
      aliases: [],
      summary: "ALAS2-2018-939: critical priority package update for kernel & more",
      ranges: [{ scheme: "rpm", introduced: "0", fixed: "0:4.9.76-38.79.amzn2", lastAffected: null }],
      versions: [],
      severities: [{ source: "amazon", type: null, vector: null, score: null, severity: "critical" }],
      cwes: [],
      publishedAt: "2018-01-11T21:05:00.000Z",
      modifiedAt: "2018-01-16T01:28:30.000Z",
      url: "https://alas.aws.amazon.com/AL2/ALAS-2018-939.html",
      fixedAt: "2018-01-11T21:05:00.000Z",
    });
  });

  const ids: readonly (readonly [string, string | undefined])[] = [
    ["ALAS-2011-1", "rpm:amzn:2018"],
    ["ALAS2022-2021-001", "rpm:amzn:2022"],
    ["ALAS2023-2023-001", "rpm:amzn:2023"],
    ["ALAS2023LIVEPATCH-2023-001", "rpm:amzn:2023"],
    ["ALAS2DOCKER-2021-004", "rpm:amzn:2"],
    ["ALAS3000-x", undefined],
  ];
  for (const [id, space] of ids) {
    it(`${id} is ${space ?? "counted"}`, () => {
      const reading = read(notice({ id }));
      assert.equal(rows(reading)[0]?.space, space);
      const [record] = reading.records;
      assert.equal(record?.kind === "advisory" && record.unsupported.length, space === undefined ? 1 : 0);
    });
  }

  const topics: readonly (readonly [string, string, string, string])[] = [
    ["ALAS2KERNEL-5.15-2022-001", "5.15.43", "20.123.amzn2", "0:5.15"],
    ["ALAS2POSTGRESQL14-2023-001", "14.9", "1.amzn2", "0:14"],
    ["ALAS2POSTGRESQL14-2023-001", "9.2", "1.amzn2", "0"],
    ["ALAS2DOCKER-2021-004", "20.10.7", "1.amzn2", "0"],
    ["ALAS2-2018-939", "4.14.1", "1.amzn2", "0"],
  ];
  for (const [id, version, release, introduced] of topics) {
    it(`${id} about ${version} begins at ${introduced}`, () => {
      const packages = `<package arch="x86_64" epoch="0" name="x" version="${version}" release="${release}"/>`;
      assert.equal(rows(read(notice({ id, packages })))[0]?.ranges[0]?.introduced, introduced);
    });
  }

  it("list a package for each architecture, and symbols and sources that say nothing", () => {
    const packages = ["x86_64", "aarch64", "src"]
      .map((arch) => `<package arch="${arch}" epoch="1" name="rsyslog" version="8" release="1"/>`)
      .concat(`<package arch="x86_64" name="rsyslog-debuginfo" version="8" release="1"/>`)
      .join("");
    assert.deepEqual(
      rows(read(notice({ id: "ALAS2023-2023-001", packages }))).map(({ name }) => name),
      ["rsyslog"],
    );
  });

  it("keep the lowest of several builds", () => {
    const packages = [10, 9]
      .map((release) => `<package arch="x86_64" name="a" version="1" release="${release}"/>`)
      .join("");
    const found = rows(read(notice({ id: "ALAS2-2018-939", packages })));
    assert.deepEqual(
      found.map(({ ranges }) => ranges[0]?.fixed),
      ["0:1-9"],
    );
  });

  it("name vulnerabilities in titles of bugs, and stand for themselves where they name none", () => {
    const bug = `<reference href="x" id="1" type="bugzilla" title="CVE-2024-24989 nginx: crash"/>`;
    assert.equal(rows(read(notice({ id: "ALAS2-2018-939", references: bug })))[0]?.id, "CVE-2024-24989");
    assert.equal(rows(read(notice({ id: "ALAS2-2018-939", references: "" })))[0]?.id, "ALAS2-2018-939");
  });

  it("that are not about security give no advisory", () => {
    const reading = read(notice({ id: "ALAS2-2018-939", type: "bugfix" }));
    assert.deepEqual([reading.records.length, rows(reading).length], [1, 0]);
  });

  it("that are broken are a fault, and the others count", () => {
    const reading = read(
      notice({ id: "ALAS2-2018-939" }),
      "<update><id></id></update>",
      notice({ id: "ALAS2-2018-940", packages: `<package name="a" version="1"/>` }),
      "<update type='security'><id>ALAS2-2018-941</id>",
    );
    assert.deepEqual([reading.records.length, rows(reading).length], [2, 1]);
    assert.deepEqual(reading.rejected.map(({ reason }) => reason).sort(), [
      "a notice is no XML or has no id",
      "a notice is no XML or has no id",
      "a package has no usable name or version",
    ]);
  });
});

it("lists of others are not Amazon's", () => {
  for (const document of [
    list(notice({ id: "RLSA-2022:7513" })),
    list(),
    feedDocument("updateinfo.json", Buffer.from("{}")),
    feedDocument("updateinfo.xml", Buffer.from("<oval_definitions/>")),
  ]) {
    assert.equal(amazon.recognises(document), false);
    assert.throws(() => amazon.read(document), { code: "FEED_INVALID" });
  }
});
