import assert from "node:assert/strict";
import { it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { chainguard } from "./index.ts";

function documentOf(reponame: string) {
  const packages = [{ pkg: { name: "a", secfixes: { "1.0-r0": ["CVE-2024-1000"] } } }];
  return feedDocument("security.json", Buffer.from(JSON.stringify({ reponame, urlprefix: "x", packages })));
}

it("reads its own database into its own space", () => {
  assert.ok(chainguard.recognises(documentOf("chainguard")));
  const { spaces, records } = chainguard.read(documentOf("chainguard"));
  assert.deepEqual(spaces, [{ part: "", space: "apk:chainguard" }]);
  assert.equal(records.length, 1);
});

it("refuses Wolfi's", () => {
  assert.equal(chainguard.recognises(documentOf("os")), false);
  assert.throws(() => chainguard.read(documentOf("os")), { code: "FEED_INVALID" });
});
