import assert from "node:assert/strict";
import { test } from "node:test";
import { distroFromPurl, parsePurl, sourceFromUpstream, versionFrom } from "./purl.ts";

const distros: readonly (readonly [
  purl: string,
  id: string | null,
  versionId: string | null,
  codename: string | null,
])[] = [
  ["pkg:deb/debian/a@1?distro=debian-12", "debian", "12", null],
  ["pkg:apk/alpine/a@1?distro=3.18.4", "alpine", "3.18.4", null],
  ["pkg:apk/wolfi/a@1?distro=wolfi-20230201", "wolfi", "20230201", null],
  ["pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5", "opensuse-leap", "15.5", null],
  ["pkg:deb/debian/a@1?distro=bookworm", "debian", null, "bookworm"],
  ["pkg:deb/debian/a@1?distro=debian-sid", "debian", null, "sid"],
  ["pkg:deb/debian/a@1?os_name=debian&os_version=12&os_distro=bookworm", "debian", "12", "bookworm"],
  ["pkg:alpm/arch/a@1?distro=arch", "arch", null, null],
  ["pkg:npm/a@1", null, null, null],
];

for (const [purl, id, versionId, codename] of distros) {
  test(`distro of ${purl}`, () => {
    const parsed = parsePurl(purl);
    assert.ok(parsed);
    const distro = distroFromPurl(parsed);
    assert.deepEqual(
      [distro?.id ?? null, distro?.versionId ?? null, distro?.codename ?? null],
      [id, versionId, codename],
    );
  });
}

const sources: readonly (readonly [purl: string, source: readonly [string, string] | null])[] = [
  ["pkg:deb/debian/libssl3@3.0-1?upstream=openssl", ["openssl", "3.0-1"]],
  ["pkg:deb/debian/libssl3@3.0-1%2Bb1?upstream=openssl%403.0-1", ["openssl", "3.0-1"]],
  [
    "pkg:rpm/redhat/openssl-libs@3.0.7-25.el9?upstream=openssl-3.0.7-25.el9.src.rpm",
    ["openssl", "3.0.7-25.el9"],
  ],
  ["pkg:rpm/redhat/a@1?upstream=broken.src.rpm", null],
  ["pkg:deb/debian/a@1?upstream=%40x", null],
  ["pkg:deb/debian/a@1", null],
];

for (const [purl, source] of sources) {
  test(`source package of ${purl}`, () => {
    const parsed = parsePurl(purl);
    assert.ok(parsed);
    const found = sourceFromUpstream(parsed, versionFrom(parsed, null));
    assert.deepEqual(found === null ? null : [found.name, found.version], source);
  });
}

const versions: readonly (readonly [purl: string, written: string | null, version: string])[] = [
  ["pkg:deb/debian/bash@5.2-2?epoch=1", "1:5.2-2", "1:5.2-2"],
  ["pkg:deb/debian/bash@1:5.2-2?epoch=1", null, "1:5.2-2"],
  ["pkg:rpm/redhat/a@1-2?epoch=0", null, "1-2"],
  ["pkg:rpm/redhat/a@1-2?epoch=x", null, "1-2"],
  ["pkg:npm/a", "2.0.0", "2.0.0"],
  ["pkg:npm/a", null, ""],
];

for (const [purl, written, version] of versions) {
  test(`version of ${purl}`, () => {
    const parsed = parsePurl(purl);
    assert.ok(parsed);
    assert.equal(versionFrom(parsed, written), version);
  });
}

test("what is no purl is null, also when it is very long", () => {
  for (const text of ["", "pkg:", "npm/a", "pkg:npm", `pkg:npm/${"a".repeat(5000)}`])
    assert.equal(parsePurl(text), null);
});

const spellings: readonly (readonly [written: string, canonical: string | null])[] = [
  [
    "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12",
    "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12",
  ],
  [
    "pkg:deb/debian/bash@5.2+b2?distro=debian-12&arch=amd64",
    "pkg:deb/debian/bash@5.2%2Bb2?arch=amd64&distro=debian-12",
  ],
  ["pkg:deb/debian/a@1:2~x", "pkg:deb/debian/a@1:2~x"],
  ["pkg:npm/@types/node@1.0.0", "pkg:npm/%40types/node@1.0.0"],
  ["pkg:npm/@types/node", "pkg:npm/%40types/node"],
  ["pkg:npm/JSONStream@1.3.5", "pkg:npm/JSONStream@1.3.5"],
  ["PKG:PyPI/Typing_Extensions@4", "pkg:pypi/typing-extensions@4"],
  ["pkg:golang/github.com/Foo/bar@v1.0.0#cmd/x", "pkg:golang/github.com/Foo/bar@v1.0.0#cmd/x"],
  ["pkg://npm//a@1", "pkg:npm/a@1"],
  ["pkg:npm/a@1?empty=&x", "pkg:npm/a@1"],
  ["pkg:npm/a%ff@1", null],
  ["pkg:npm/a@%zz", null],
  ["pkg:npm/a@1?x=%zz", null],
  ["pkg:9/a@1", null],
];

for (const [written, canonical] of spellings) {
  test(`canonical spelling of ${written}`, () => {
    const parsed = parsePurl(written);
    assert.equal(parsed?.purl ?? null, canonical);
    if (canonical !== null) assert.equal(parsePurl(canonical)?.purl, canonical);
  });
}
