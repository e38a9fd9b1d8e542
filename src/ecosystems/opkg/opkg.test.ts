import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutDistro } from "../../../test/helpers/without-distro.ts";
import { rewrittenFile, wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { opkg } from "./index.ts";
import { samples } from "./fixtures/sample.ts";

const distro: Distro = {
  id: "openwrt",
  versionId: "23.05.3",
  codename: null,
  name: "OpenWrt 23.05.3",
  idLike: [],
};
const STATUS = "usr/lib/opkg/status";

function catalog(files: Readonly<Record<string, string | Uint8Array>>) {
  const wanted = Object.entries(files).map(([path, content]) => wantedFile(path, content));
  return opkg.catalog(wanted, { mode: "installed", distro, inspected: [] });
}

const stanza = (name: string, extra = "") =>
  `Package: ${name}\nVersion: 1.0-1\nStatus: install user installed\nArchitecture: x86_64\n${extra}\n`;

describe("opkg packages", () => {
  it("carry all that opkg knows of them", () => {
    const { packages, problems, claims = [] } = catalog(samples[0]!.files);
    assert.deepEqual(problems, []);
    const purl = "pkg:opkg/openwrt/dnsmasq@2.90-2?arch=x86_64&distro=openwrt-23.05.3";
    assert.deepEqual(packages[0], {
      ecosystem: "opkg",
      namespace: "openwrt",
      name: "dnsmasq",
      version: "2.90-2",
      purl,
      sourcePackage: { name: "dnsmasq", version: "2.90-2" },
      architecture: "x86_64",
      licenses: ["GPL-2.0-only"],
      author: "Felix Fietkau <nbd@nbd.name>",
      description: "It is intended to provide coupled DNS and DHCP service to a LAN.",
      sizeBytes: 384000,
      evidence: [{ path: STATUS, layer: "sha256:layer0", layerIndex: 0 }],
      cpes: ["cpe:2.3:a:thekelleys:dnsmasq:2.90:*:*:*:*:*:*:*"],
      fileCount: 3,
      dependsOn: [
        "pkg:opkg/openwrt/libubus20230605@2023-06-05-f787c97b-1?arch=x86_64&distro=openwrt-23.05.3",
      ],
    });
    assert.deepEqual(
      [...claims].map(({ path, digest, isConfiguration }) => [path, digest?.algorithm, isConfiguration]),
      [
        ["etc/config/dhcp", "sha256", true],
        ["etc/init.d/dnsmasq", undefined, false],
        ["usr/sbin/dnsmasq", undefined, false],
        ["lib/libubus.so.20230605", undefined, false],
      ],
    );
  });

  for (const [status, isListed] of [
    ["install ok installed", true],
    ["install hold,user installed", true],
    ["deinstall ok not-installed", false],
    ["install user unpacked", false],
  ] as const) {
    it(`with status "${status}" ${isListed ? "count" : "do not count"}`, () => {
      const { packages } = catalog({ [STATUS]: `Package: a\nVersion: 1\nStatus: ${status}\n` });
      assert.equal(packages.length, isListed ? 1 : 0);
    });
  }

  it("of Yocto stand below /var, and name their recipe's file", () => {
    const { packages } = catalog({
      "var/lib/opkg/status": stanza("busybox-udhcpc"),
      "var/lib/opkg/info/busybox-udhcpc.control":
        "Package: busybox-udhcpc\nSource: busybox_1.36.1.bb\nLicense: GPL-2.0-only\n",
    });
    assert.deepEqual(packages[0]?.sourcePackage, { name: "busybox", version: "1.0-1" });
  });

  it("lose only the stanza that is malformed", () => {
    const { packages, problems } = catalog({
      [STATUS]: `${stanza("a")}\nPackage: b c\nVersion: 1\nStatus: install ok installed\n\n${stanza("d", "no field\n")}`,
    });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ["a", "d"],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID", "RECORD_INVALID"],
    );
  });

  it("belong to the layer that brought them", () => {
    const file = rewrittenFile(STATUS, [
      [stanza("a"), 0],
      [`${stanza("a")}\n${stanza("b")}`, 3],
    ]);
    const { packages } = opkg.catalog([file], { mode: "installed", distro, inspected: [] });
    assert.deepEqual(
      packages.map((pkg) => [pkg.name, pkg.evidence[0]?.layerIndex]),
      [
        ["a", 0],
        ["b", 3],
      ],
    );
    assert.ok(opkg.history?.(STATUS) && opkg.isDatabase?.(STATUS));
  });

  for (const [path, isWanted] of [
    [STATUS, true],
    ["usr/lib/opkg/info/a.control", true],
    ["var/lib/opkg/info/a.list", true],
    ["usr/lib/opkg/info/a.postinst", false],
    ["etc/opkg/status", false],
  ] as const) {
    it(`${isWanted ? "want" : "do not want"} ${path}`, () => {
      assert.equal(opkg.wants(path, "installed"), isWanted);
      assert.equal(opkg.wants(path, "sources"), false);
    });
  }

  for (const [versionId, space] of [
    ["23.05.3", "opkg:openwrt:23.05"],
    ["SNAPSHOT", null],
    [null, null],
  ] as const) {
    it(`are looked up for ${versionId}`, () => {
      const pkg = catalog(samples[0]!.files).packages[0] as Package;
      const expected = { space, name: "dnsmasq", version: "2.90-2", by: "source-package" };
      assert.deepEqual(
        opkg.lookUp(withoutDistro(pkg), { ...distro, versionId }),
        space === null ? [] : [expected],
      );
    });
  }
});
