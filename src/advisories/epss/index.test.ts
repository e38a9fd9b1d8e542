import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { feedDocument } from "../shared/document.ts";
import { readCsv } from "./csv.ts";
import { epss } from "./index.ts";

function scores(name: string, content: string | Uint8Array): unknown[] {
  const document = feedDocument(name, Buffer.from(content));
  assert.ok(epss.recognises(document));
  return epss
    .read(document)
    .records.map((record) =>
      record.kind === "context" ? [record.id, ...Object.values(record.context.epss ?? {})] : [],
    );
}

describe("epss", () => {
  const current =
    "#model_version:v2025.03.14,score_date:2025-08-01T00:00:00+0000\ncve,epss,percentile\nCVE-2020-5902,0.97567,0.99995\n";

  it("reads the current layout", () =>
    assert.deepEqual(scores("a.csv", current), [["CVE-2020-5902", 0.97567, 0.99995, "2025-08-01"]]));

  it("reads it gzipped", () =>
    assert.deepEqual(scores("a.csv.gz", gzipSync(current)), [
      ["CVE-2020-5902", 0.97567, 0.99995, "2025-08-01"],
    ]));

  it("reads 2021: no comment, and percentiles made up where there are none", () => {
    assert.deepEqual(
      scores("epss_scores-2021-09-01.csv", "cve,epss,percentile\nCVE-2020-5902,0.65117,0.998\n"),
      [["CVE-2020-5902", 0.65117, 0.998, "2021-09-01"]],
    );
    assert.deepEqual(
      scores("epss_scores-2021-04-14.csv", "cve,epss\nCVE-2020-5902,0.6\nCVE-2018-19571,0.04\n"),
      [
        ["CVE-2020-5902", 0.6, 1, "2021-04-14"],
        ["CVE-2018-19571", 0.04, 0.5, "2021-04-14"],
      ],
    );
  });

  it("reads the derived layout with quoted text", () =>
    assert.deepEqual(
      scores(
        "epss_kev_nvd.csv",
        'CVE,CVSS3,EPSS,EPSS Percentile,Description,Vendor,Product\r\nCVE-2025-68686,5.9,0.01264,0.67444,"a ""b"", c\nCVE-2020-1111,9,0.5,0.5,x",F,O\r\n',
      ),
      [["CVE-2025-68686", 0.01264, 0.67444, ""]],
    ));

  it("rejects rows without id or score", () => {
    const document = feedDocument(
      "a.csv",
      Buffer.from("cve,epss,percentile\nCVE-1,0.1,0.1\nCVE-2020-1000,1.5,0.1\nCVE-2020-1001,0.1\n"),
    );
    const reading = epss.read(document);
    assert.deepEqual([reading.records.length, reading.rejected.length], [0, 3]);
  });

  it("does not take other tables for scores", () => {
    assert.equal(
      epss.recognises(feedDocument("a.csv", Buffer.from("cveID,vendorProject\nCVE-2020-1000,x\n"))),
      false,
    );
    assert.equal(epss.recognises(feedDocument("a.json", Buffer.from(current))), false);
  });
});

describe("csv", () => {
  const rows: readonly (readonly [string, string[][]])[] = [
    [
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,\r\n\r\n,b\r\n",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ['"a,""b""\n",c\n', [['a,"b"\n', "c"]]],
    ['"open', [["open"]]],
    ["", []],
  ];
  for (const [text, expected] of rows)
    it(JSON.stringify(text), () => assert.deepEqual([...readCsv(text)], expected));
});
