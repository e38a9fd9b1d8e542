/** Go programs without the vulnerable functions. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, findingsOf, pkg, range } from "../../test/helpers/matching.ts";
import type { Advisory } from "../domain/advisory.ts";
import type { Finding } from "../domain/finding.ts";
import type { Package } from "../domain/package.ts";
import { makeSymbolFilter } from "../domain/symbol-filter.ts";
import { absenceStatement, symbolTests } from "./absent-symbols.ts";

const at = (...paths: string[]) => paths.map((path) => ({ path, layer: null, layerIndex: null }));

function found(advisories: readonly Partial<Advisory>[], more: Partial<Package> = {}): Finding {
  const subject = {
    package: pkg("net", "v0.1.0", {
      ecosystem: "golang",
      namespace: "golang.org/x",
      evidence: at("usr/bin/app"),
      ...more,
    }),
    keys: [{ space: "npm", name: "thing", version: "0.1.0", by: "package" as const }],
    scheme: "semver",
  };
  const list = advisories.map((each, index) =>
    advisory(`GO-${index}`, { aliases: ["CVE-2024-0001"], ranges: [range("0")], ...each }),
  );
  const [finding] = findingsOf(subject, list);
  assert.ok(finding !== undefined);
  return finding;
}

const serve = {
  symbols: [{ path: "golang.org/x/net/http2", names: ["Server.ServeConn", "serverConn.serve"] }],
};
const whole = { symbols: [{ path: "golang.org/x/net/html", names: [] }] };
const program = (path: string, ...names: string[]) => ({ path, filter: makeSymbolFilter(new Set(names)) });
const runs = program("usr/bin/app", "golang.org/x/net/http2", "golang.org/x/net/http2 Server.ServeConn");
const runsNot = program(
  "usr/bin/app",
  "golang.org/x/net/http2",
  "golang.org/x/net/http2 Transport.RoundTrip",
);

describe("vulnerable functions that a program does not hold", () => {
  const rows: readonly (readonly [
    name: string,
    finding: Finding,
    tables: (typeof runs)[],
    isAbsent: boolean,
  ])[] = [
    ["none of them", found([serve]), [runsNot], true],
    ["one of them", found([serve]), [runs], false],
    ["an import path as a whole that is not there", found([whole]), [runsNot], true],
    ["one that is", found([whole]), [program("usr/bin/app", "golang.org/x/net/html")], false],
    ["a program whose functions are not known", found([serve]), [], false],
    ["an advisory that tells no functions", found([{}]), [runsNot], false],
    ["one that does beside one that does not", found([serve, {}]), [runsNot], true],
    ["two that tell different ones, and one is there", found([serve, whole]), [runs], false],
    [
      "two programs, of which one holds it",
      found([serve], { evidence: at("usr/bin/app", "usr/bin/other") }),
      [runsNot, { ...runs, path: "usr/bin/other" }],
      false,
    ],
    [
      "two programs, of which one is not known",
      found([serve], { evidence: at("usr/bin/app", "usr/bin/other") }),
      [runsNot],
      false,
    ],
    ["a document that does not tell where it was", found([serve], { evidence: [] }), [runsNot], false],
    ["a package of another ecosystem", found([serve], { ecosystem: "npm" }), [runsNot], false],
    ["a malicious module", found([{ ...serve, kind: "malicious" }]), [runsNot], false],
  ];
  for (const [name, finding, tables, isAbsent] of rows) {
    it(name, () => {
      assert.equal(absenceStatement(finding, symbolTests(tables)) !== null, isAbsent);
    });
  }

  it("are named by the statement, with the program", () => {
    const statement = absenceStatement(
      found([{ ...serve, modifiedAt: "2024-05-01T00:00:00Z" }]),
      symbolTests([runsNot]),
    );
    assert.deepEqual(
      [
        statement?.status,
        statement?.justification,
        statement?.author,
        statement?.location,
        statement?.timestamp,
      ],
      ["not_affected", "vulnerable_code_not_present", "Plimsoll", "usr/bin/app", "2024-05-01T00:00:00Z"],
    );
    assert.equal(
      statement?.impactStatement,
      "symbol absent: the program holds none of golang.org/x/net/http2.Server.ServeConn, golang.org/x/net/http2.serverConn.serve",
    );
  });
});
