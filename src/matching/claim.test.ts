/**
 * What decides is the same, whether every claim is gathered or only those that tell.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { advisory, npm, range } from "../../test/helpers/matching.ts";
import type { Advisory } from "../domain/advisory.ts";
import { claimsOf, tellingClaimsOf, type Claim } from "./claim.ts";
import { vulnerabilitiesOf } from "./vulnerabilities.ts";

const holds = [range("0", "2.0.0")];
const not = [range("0", "0.1.0")];

function told(claims: readonly Claim[]) {
  return vulnerabilitiesOf(claims)
    .filter((vulnerability) => vulnerability.claims.some(({ judgement }) => judgement.state !== "unaffected"))
    .map(({ id, aliases, claims: of }) => ({ id, aliases, by: of.map((claim) => claim.advisory.id) }));
}

function bothWays(advisories: readonly Advisory[]) {
  const subject = npm("1.0.0");
  const byKey = new Map([["npm\nthing", advisories]]);
  return { all: told(claimsOf(subject, byKey)), telling: told(tellingClaimsOf(subject, byKey)) };
}

const names = ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003", "GHSA-a", "GHSA-b", "GHSA-c", "PYSEC-1"];

const anyAdvisory = fc
  .record({
    id: fc.constantFrom(...names),
    aliases: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
    ranges: fc.constantFrom(holds, not, not),
  })
  .map(({ id, aliases, ranges }) =>
    advisory(id, { aliases: aliases.filter((alias) => alias !== id), ranges }),
  );

describe("claims that tell", () => {
  it("bring along what is related through several others", () => {
    const { all, telling } = bothWays([
      advisory("PYSEC-1", { aliases: ["GHSA-a"], ranges: holds }),
      advisory("GHSA-c", { aliases: ["CVE-2024-0001"], ranges: not }),
      advisory("GHSA-b", { aliases: ["GHSA-c"], ranges: not }),
      advisory("GHSA-a", { aliases: ["GHSA-b"], ranges: not }),
    ]);
    assert.equal(all.length, 1);
    assert.deepEqual(telling, all);
  });

  it("make the same vulnerabilities as all claims, for any ids and aliases", () => {
    fc.assert(
      fc.property(fc.array(anyAdvisory, { maxLength: 8 }), (advisories) => {
        const { all, telling } = bothWays(advisories);
        assert.deepEqual(telling, all);
      }),
      { numRuns: 2000 },
    );
  });
});
