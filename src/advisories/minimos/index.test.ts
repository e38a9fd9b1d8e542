import assert from "node:assert/strict";
import { it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import { minimos } from "./index.ts";

function documentOf(host: string) {
  const packages = [{ pkg: { name: "a", secfixes: { "1.0-r0": ["CVE-2024-1000"] } } }];
  const value = { reponame: "os", urlprefix: `https://${host}`, packages };
  return feedDocument("security.json", Buffer.from(JSON.stringify(value)));
}

it("reads its own database into its own space", () => {
  assert.ok(minimos.recognises(documentOf("packages.mini.dev")));
  const { spaces, records } = minimos.read(documentOf("packages.mini.dev"));
  assert.deepEqual(spaces, [{ part: "", space: "apk:minimos" }]);
  assert.equal(records.length, 1);
});

it("refuses Wolfi's", () => {
  assert.equal(minimos.recognises(documentOf("packages.wolfi.dev")), false);
  assert.throws(() => minimos.read(documentOf("packages.wolfi.dev")), { code: "FEED_INVALID" });
});
