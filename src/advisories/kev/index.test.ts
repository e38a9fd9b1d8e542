import assert from "node:assert/strict";
import { it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { kev } from "./index.ts";

it("reads the catalogue and rejects entries without id or date", () => {
  const document = feedDocument(
    "kev.json",
    Buffer.from(
      JSON.stringify({
        catalogVersion: "2026.08.07",
        vulnerabilities: [
          { cveID: "CVE-2026-8037", dateAdded: "2026-08-07", knownRansomwareCampaignUse: "Unknown" },
          { cveID: "CVE-2021-44228", dateAdded: "2021-12-10", knownRansomwareCampaignUse: "Known" },
          { cveID: "CVE-2021-1", dateAdded: "soon" },
          null,
        ],
      }),
    ),
  );
  assert.ok(kev.recognises(document));
  const reading = kev.read(document);
  assert.deepEqual(
    reading.records.map((record) => (record.kind === "context" ? [record.id, record.context.kev] : [])),
    [
      ["CVE-2026-8037", { dateAdded: "2026-08-07", ransomware: false }],
      ["CVE-2021-44228", { dateAdded: "2021-12-10", ransomware: true }],
    ],
  );
  assert.equal(reading.rejected.length, 2);
});

it("does not take its own schema for the catalogue", () => {
  const schema = { $schema: "x", properties: { vulnerabilities: { type: "array" } } };
  assert.equal(kev.recognises(feedDocument("s.json", Buffer.from(JSON.stringify(schema)))), false);
});
