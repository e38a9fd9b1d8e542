import assert from "node:assert/strict";
import { it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { chainguard } from "./index.ts";

function documentOf(host: string) {
  const packages = [{ pkg: { name: "a", secfixes: { "1.0-r0": ["CVE-2024-1000"] } } }];
  const value = { reponame: "os", urlprefix: `https://${host}`, packages };
  return feedDocument("security.json", Buffer.from(JSON.stringify(value)));
}

it("reads its own database into its own space", () => {
  assert.ok(chainguard.recognises(documentOf("packages.cgr.dev")));
  const { spaces, records } = chainguard.read(documentOf("packages.cgr.dev"));
  assert.deepEqual(spaces, [{ part: "", space: "apk:chainguard" }]);
  assert.equal(records.length, 1);
});

it("refuses Wolfi's", () => {
  assert.equal(chainguard.recognises(documentOf("packages.wolfi.dev")), false);
  assert.throws(() => chainguard.read(documentOf("packages.wolfi.dev")), { code: "FEED_INVALID" });
});
