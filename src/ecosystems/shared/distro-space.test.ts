/** The distribution of a package: its own word, the image's, and which of them tells more. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Distro, Package } from "../../domain/package.ts";
import { packageFromPurl } from "../../sbom/package-from-purl.ts";
import { distroOf } from "./distro-space.ts";

function image(id: string, versionId: string | null, codename: string | null = null): Distro {
  return { id, versionId, codename, name: id, idLike: [] };
}

function named(purl: string): Package {
  return packageFromPurl(purl)?.package ?? assert.fail(purl);
}

const debian12 = image("debian", "12", "bookworm");
const document12 = image("debian", "12");

describe("the distribution of a package", () => {
  const rows: readonly (readonly [purl: string, image: Distro | null, expected: string | null])[] = [
    // No word of its own.
    ["pkg:deb/debian/a@1", debian12, "debian 12 bookworm"],
    ["pkg:rpm/redhat/a@1", image("centos", "8"), "centos 8 -"],
    ["pkg:deb/debian/a@1", null, "debian - -"],
    ["pkg:deb/a@1", null, null],
    // The same, told in more or less detail.
    ["pkg:deb/debian/a@1?distro=debian-12", debian12, "debian 12 bookworm"],
    ["pkg:deb/debian/a@1?distro=bookworm", debian12, "debian 12 bookworm"],
    ["pkg:deb/debian/a@1?distro=bookworm", document12, "debian 12 -"],
    ["pkg:deb/debian/a@1?distro=debian", debian12, "debian 12 bookworm"],
    ["pkg:rpm/suse/a@1?distro=sles-15", image("sles", "15.6"), "sles 15.6 -"],
    ["pkg:apk/wolfi/a@1?distro=wolfi", image("wolfi", "20230201"), "wolfi 20230201 -"],
    ["pkg:deb/debian/a@1?distro=debian-trixie", image("debian", null, "trixie"), "debian - trixie"],
    [
      "pkg:rpm/opensuse/a@1?distro=opensuse-tumbleweed",
      image("opensuse-tumbleweed", "20260101"),
      "opensuse-tumbleweed 20260101 -",
    ],
    // Another one: the package's own word.
    ["pkg:deb/debian/a@1?distro=debian-11", debian12, "debian 11 -"],
    ["pkg:deb/debian/a@1?distro=bullseye", debian12, "debian 11 bullseye"],
    ["pkg:deb/debian/a@1?distro=bullseye", document12, "debian 11 bullseye"],
    ["pkg:deb/debian/a@1?distro=debian-1", debian12, "debian 1 -"],
    ["pkg:deb/debian/a@1?distro=sid", debian12, "debian - sid"],
    ["pkg:deb/ubuntu/a@1?distro=ubuntu-22.04", debian12, "ubuntu 22.04 -"],
    ["pkg:apk/alpine/a@1?distro=3.18.4", image("alpine", "3.20.1"), "alpine 3.18.4 -"],
    ["pkg:apk/wolfi/a@1?distro=wolfi", image("chainguard", "20230214"), "wolfi - -"],
    ["pkg:deb/debian/a@1?os_name=debian&os_version=13&os_distro=trixie", debian12, "debian 13 trixie"],
    ["pkg:rpm/redhat/a@1?distro=redhat-9.2", image("rhel", "9.4"), "redhat 9.2 -"],
  ];
  for (const [purl, distro, expected] of rows) {
    it(`${purl} in ${distro === null ? "no known image" : `${distro.id} ${distro.versionId ?? distro.codename}`}`, () => {
      const place = distroOf(named(purl), distro);
      const told = place === null ? null : `${place.id} ${place.versionId ?? "-"} ${place.codename ?? "-"}`;
      assert.equal(told, expected);
    });
  }
});
