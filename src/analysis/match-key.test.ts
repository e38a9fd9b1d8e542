import assert from "node:assert/strict";
import { test } from "node:test";
import type { Distro, Package } from "../domain/package.ts";
import { packageWith } from "../vex/fixtures/findings.ts";
import { matchKeyOf, packageOfMatchKey } from "./match-key.ts";

const debian: Distro = { id: "debian", versionId: "12", codename: "bookworm", name: "Debian 12", idLike: [] };
const purl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12";
const key = matchKeyOf(packageWith(), debian);

test("match key: as documented", () => {
  assert.equal(
    key,
    JSON.stringify([
      purl,
      "deb",
      "debian",
      "libssl3",
      "3.0.11-1~deb12u2",
      "openssl",
      "3.0.11-1~deb12u2",
      "debian",
      "12",
      "bookworm",
      null,
      null,
      null,
    ]),
  );
});

const same: [name: string, pkg: Partial<Package>, distro?: Partial<Distro>][] = [
  ["where it was seen", { evidence: [{ path: "x", layer: "sha256:1", layerIndex: 3 }] }],
  ["what it says of itself", { licenses: ["MIT"], author: "A", description: "D", sizeBytes: 1 }],
  ["the words for the distro", {}, { name: "Debian GNU/Linux 12", idLike: ["x"] }],
  [
    "the order of qualifiers",
    { purl: purl.replace("arch=amd64&distro=debian-12", "distro=debian-12&arch=amd64") },
  ],
  ["the file it came from", { purl: `${purl}&file_name=a.deb` }],
  ["the address it came from", { purl: `${purl}&download_url=https%3A%2F%2Fa.example%2Fb%26arch%3Dx` }],
  ["its repository", { purl: `${purl}&repository_url=ghcr.io%2Fa` }],
  ["its checksum", { purl: `${purl}&checksum=sha256:1` }],
  ["its version control, in capitals", { purl: `${purl}&VCS_URL=git%3A%2F%2Fx` }],
];

for (const [name, pkg, distro] of same) {
  test(`match key: the same whatever ${name}`, () => {
    assert.equal(matchKeyOf(packageWith(pkg), { ...debian, ...distro }), key);
  });
}

const other: [name: string, pkg: Partial<Package>, distro?: Partial<Distro> | null][] = [
  ["name", { name: "libssl1" }],
  ["version that the purl lacks", { version: "4" }],
  ["ecosystem", { ecosystem: "rpm" }],
  ["namespace", { namespace: null }],
  ["source package", { sourcePackage: { name: "boringssl", version: "3.0.11-1~deb12u2" } }],
  ["version of the source package", { sourcePackage: { name: "openssl", version: "4" } }],
  ["no source package", { sourcePackage: null }],
  ["module stream", { modularity: "nodejs:18" }],
  ["vendor of an rpm", { ecosystem: "rpm", author: "Fedora Project" }],
  ["owner", { ownedBy: "pkg:deb/debian/openssl@3" }],
  ["architecture", { purl: purl.replace("amd64", "arm64") }],
  ["epoch", { purl: `${purl}&epoch=1` }],
  ["a qualifier of the type", { purl: `${purl}&modularitylabel=x` }],
  ["a qualifier that begins like one of location", { purl: `${purl}&checksums=x` }],
  ["subpath", { purl: `${purl}#cmd` }],
  ["distro", {}, { id: "ubuntu" }],
  ["version of the distro", {}, { versionId: "13" }],
  ["code name", {}, { versionId: null, codename: "trixie" }],
  ["no distro", {}, null],
];

test("match key: everything that decides findings makes another key", () => {
  const keys = other.map(([, pkg, distro]) =>
    matchKeyOf(packageWith(pkg), distro === null ? null : { ...debian, ...distro }),
  );
  const names = [key, ...keys].map((one, index, all) => [other[index - 1]?.[0], all.indexOf(one) === index]);
  assert.deepEqual(
    names.filter(([, isNew]) => isNew === false),
    [],
  );
});

test("match key: parts cannot run into each other, and no control character is left", () => {
  const split = (name: string, version: string) =>
    matchKeyOf(packageWith({ name, version, purl: "pkg:deb/debian/x@1" }), debian);
  assert.notEqual(split('a","b', "1"), split("a", 'b","1'));
  assert.doesNotMatch(split("a\u0000\n", "1"), /[\u0000-\u001f]/);
});

const distros: readonly (readonly [name: string, distro: Distro | null])[] = [
  ["with a distro", debian],
  ["without one", null],
];
for (const [name, distro] of distros) {
  test(`match key: the package it describes has the same key, ${name}`, () => {
    const written = matchKeyOf(packageWith({ sourcePackage: null }), distro);
    const read = packageOfMatchKey(written);
    assert.equal(matchKeyOf(read.package, read.distro), written);
    assert.equal(read.distro === null, distro === null);
  });
}
