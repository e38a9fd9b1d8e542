import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { feedDocument, type FeedDocument } from "../shared/document.ts";
import type { FeedAdvisory } from "../types.ts";
import { fedora } from "./index.ts";

function list(release: string, type: string, references = ""): FeedDocument {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<updates>
  <update from="updates@fedoraproject.org" status="stable" type="${type}" version="2.0">
    <id>FEDORA-2025-4a08954c02</id>
    <title>curl-8.15.0-4.fc43</title>
    <issued date="2025-12-01 18:15"/>
    <updated date="2025-12-03 00:52:00"/>
    <release>${release}</release>
    <severity>Moderate</severity>
    <references>${references}</references>
    <pkglist>
      <collection short="F43">
        <name>Fedora 43</name>
        <package name="curl" version="8.15.0" release="4.fc43" epoch="0" arch="src"/>
        <package name="curl" version="8.15.0" release="4.fc43" epoch="0" arch="x86_64"/>
        <package name="curl-debuginfo" version="8.15.0" release="4.fc43" epoch="0" arch="x86_64"/>
        <package name="libcurl" version="8.15.0" release="4.fc43" epoch="1" arch="x86_64"/>
      </collection>
    </pkglist>
  </update>
</updates>`;
  return feedDocument("1-updateinfo.xml.zst", zstdCompressSync(xml));
}

const bug = (title: string): string =>
  `<reference type="bugzilla" id="1" title="${title}" href="https://bugzilla.redhat.com/1"/>`;

function rowsOf(document: FeedDocument): FeedAdvisory[] {
  return fedora
    .read(document)
    .records.flatMap((record) => (record.kind === "advisory" ? record.advisories : []))
    .map(({ advisory }) => advisory);
}

describe("updates of Fedora", () => {
  it("are a row for each package and vulnerability that a bug names", () => {
    const bugs =
      bug("CVE-2025-9086 curl: reads past a buffer [fedora-43]") + bug("CVE-2025-10148 curl: masks");
    const rows = rowsOf(list("Fedora 43", "security", bugs));
    assert.deepEqual(
      rows.map(({ id, name, ranges }) => [id, name, ranges[0]?.fixed]),
      [
        ["CVE-2025-10148", "curl", "0:8.15.0-4.fc43"],
        ["CVE-2025-10148", "libcurl", "1:8.15.0-4.fc43"],
        ["CVE-2025-9086", "curl", "0:8.15.0-4.fc43"],
        ["CVE-2025-9086", "libcurl", "1:8.15.0-4.fc43"],
      ],
    );
    assert.partialDeepStrictEqual(rows[0], {
      space: "rpm:fedora:43",
      summary: "FEDORA-2025-4a08954c02: curl-8.15.0-4.fc43",
      severities: [{ source: "fedora", severity: "medium" }],
      publishedAt: "2025-12-01T18:15:00.000Z",
      modifiedAt: "2025-12-03T00:52:00.000Z",
      url: "https://bodhi.fedoraproject.org/updates/FEDORA-2025-4a08954c02",
    });
  });

  it("of security that name no vulnerability stand under their own id", () => {
    assert.deepEqual(
      rowsOf(list("Fedora 43", "security")).map(({ id }) => id),
      ["FEDORA-2025-4a08954c02", "FEDORA-2025-4a08954c02"],
    );
  });

  it("that are not about security say nothing, but the release is known", () => {
    const reading = fedora.read(list("Fedora 43", "bugfix", bug("CVE-2025-9086 curl: old news")));
    assert.deepEqual(reading.spaces, [{ part: "43", space: "rpm:fedora:43" }]);
    assert.deepEqual(rowsOf(list("Fedora 43", "bugfix")), []);
  });

  for (const release of ["Fedora EPEL 9", "Fedora 38 Modular", ""]) {
    it(`of "${release}" are counted`, () => {
      const [record] = fedora.read(list(release, "security")).records;
      assert.partialDeepStrictEqual(record, {
        advisories: [],
        unsupported: ["Fedora of other repositories"],
      });
    });
  }

  it("are told from those of other distributions", () => {
    const other = Buffer.from("<updates><update><id>ALAS2-2018-939</id></update></updates>");
    assert.equal(fedora.recognises(feedDocument("updateinfo.xml", other)), false);
    assert.throws(() => fedora.read(feedDocument("updateinfo.xml", other)), { code: "FEED_INVALID" });
  });
});
