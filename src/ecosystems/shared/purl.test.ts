import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { PackageURL } from "packageurl-js";
import { formatPurl, purlQualifier, upstreamQualifier } from "./purl.ts";

describe("package URLs", () => {
  const rows = [
    [
      {
        type: "deb",
        namespace: "debian",
        name: "libstdc++6",
        version: "1:12.2.0~rc1-14+b1",
        qualifiers: { distro: "debian-12", arch: "amd64" },
      },
      "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0~rc1-14%2Bb1?arch=amd64&distro=debian-12",
    ],
    [{ type: "npm", namespace: "@types", name: "node", version: "1.2.3" }, "pkg:npm/%40types/node@1.2.3"],
    [{ type: "npm", namespace: null, name: "JSONStream", version: "" }, "pkg:npm/JSONStream"],
    [
      { type: "apk", namespace: "wolfi", name: "a", version: "1", qualifiers: { arch: null } },
      "pkg:apk/wolfi/a@1",
    ],
    [
      { type: "swift", namespace: "github.com/apple", name: "swift-nio", version: "2.0.0", subpath: "a b/c" },
      "pkg:swift/github.com/apple/swift-nio@2.0.0#a%20b/c",
    ],
    [{ type: "npm", namespace: null, name: "a/b'(c)*!", version: "1" }, "pkg:npm/a%2Fb%27%28c%29%2A%21@1"],
  ] as const;
  for (const [parts, purl] of rows) it(purl, () => assert.equal(formatPurl(parts), purl));

  it("are read back by another implementation", () => {
    const token = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => /^[\w.+~:-]+$/.test(text));
    fc.assert(
      fc.property(token, token, (name, version) => {
        const parsed = PackageURL.fromString(formatPurl({ type: "generic", namespace: null, name, version }));
        assert.equal(parsed.name, name);
        assert.equal(parsed.version, version);
      }),
    );
  });

  it("never throw for odd characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.match(
          formatPurl({ type: "npm", namespace: text, name: `x\ud800${text}`, version: text }),
          /^[\x21-\x7e]+$/,
        );
      }),
    );
  });

  const sources = [
    ["none", null, null],
    ["the package itself", { name: "a", version: "1" }, null],
    ["of another name", { name: "b", version: "1" }, "b"],
    ["of another version", { name: "a", version: "2" }, "a@2"],
    ["of another name and version", { name: "b", version: "2" }, "b@2"],
  ] as const;
  for (const [name, source, qualifier] of sources) {
    it(`name the source package: ${name}`, () =>
      assert.equal(upstreamQualifier({ name: "a", version: "1" }, source), qualifier));
  }

  it("give their qualifiers", () => {
    const purl = "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian%2D12&bad=%zz#sub";
    assert.equal(purlQualifier(purl, "distro"), "debian-12");
    assert.equal(purlQualifier(purl, "bad"), null);
    assert.equal(purlQualifier(purl, "epoch"), null);
    assert.equal(purlQualifier("pkg:npm/a@1", "distro"), null);
  });
});
