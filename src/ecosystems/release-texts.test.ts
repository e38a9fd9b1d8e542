/**
 * What each distribution writes about itself, as its images have it, and under which name spaces its packages are looked up.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../test/helpers/wanted-file.ts";
import type { Package } from "../domain/package.ts";
import { lookUpKeys } from "./look-up.ts";
import { findDistro, isDistroFile } from "./distro.ts";

interface Row {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** Id, version, code name, name. */
  readonly distro: readonly [string, string | null, string | null, string];
  /** Type of its packages. */
  readonly type: string;
  /** Space of its advisories; null: none are published for it. */
  readonly space: string | null;
}

const os = (text: string) => ({ "etc/os-release": text });

const rows: readonly Row[] = [
  {
    title: "Alpine",
    files: os(
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.18.4\nPRETTY_NAME="Alpine Linux v3.18"\nHOME_URL="https://alpinelinux.org/"\n',
    ),
    distro: ["alpine", "3.18.4", null, "Alpine Linux v3.18"],
    type: "apk",
    space: "apk:alpine:3.18",
  },
  {
    title: "Wolfi",
    files: os(
      'ID=wolfi\nNAME="Wolfi"\nPRETTY_NAME="Wolfi"\nVERSION_ID="20230201"\nHOME_URL="https://wolfi.dev"\n',
    ),
    distro: ["wolfi", "20230201", null, "Wolfi"],
    type: "apk",
    space: "apk:wolfi",
  },
  {
    title: "Chainguard",
    files: os(
      'ID=chainguard\nNAME="Chainguard"\nPRETTY_NAME="Chainguard"\nVERSION_ID="20230214"\nHOME_URL="https://chainguard.dev/"\n',
    ),
    distro: ["chainguard", "20230214", null, "Chainguard"],
    type: "apk",
    space: "apk:chainguard",
  },
  {
    title: "Debian",
    files: os(
      'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nNAME="Debian GNU/Linux"\nVERSION_ID="11"\nVERSION="11 (bullseye)"\nVERSION_CODENAME=bullseye\nID=debian\nHOME_URL="https://www.debian.org/"\n',
    ),
    distro: ["debian", "11", "bullseye", "Debian GNU/Linux 11 (bullseye)"],
    type: "deb",
    space: "deb:debian:11",
  },
  {
    title: "distroless",
    files: {
      "usr/lib/os-release":
        'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"\nHOME_URL="https://github.com/GoogleContainerTools/distroless"\n',
    },
    distro: ["debian", "12", null, "Distroless"],
    type: "deb",
    space: "deb:debian:12",
  },
  {
    title: "Ubuntu",
    files: os(
      'PRETTY_NAME="Ubuntu 22.04.2 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nVERSION="22.04.2 LTS (Jammy Jellyfish)"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=jammy\n',
    ),
    distro: ["ubuntu", "22.04", "jammy", "Ubuntu 22.04.2 LTS"],
    type: "deb",
    space: "deb:ubuntu:22.04",
  },
  {
    title: "Red Hat Enterprise Linux",
    files: os(
      'NAME="Red Hat Enterprise Linux"\nVERSION="8.7 (Ootpa)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.7"\nPLATFORM_ID="platform:el8"\nPRETTY_NAME="Red Hat Enterprise Linux 8.7 (Ootpa)"\nANSI_COLOR="0;31"\nCPE_NAME="cpe:/o:redhat:enterprise_linux:8::baseos"\n',
    ),
    distro: ["rhel", "8.7", null, "Red Hat Enterprise Linux 8.7 (Ootpa)"],
    type: "rpm",
    space: "rpm:rhel:8",
  },
  {
    title: "Red Hat Enterprise Linux 6",
    files: { "etc/redhat-release": "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n" },
    distro: ["rhel", "6.10", null, "Red Hat Enterprise Linux Server release 6.10 (Santiago)"],
    type: "rpm",
    space: "rpm:rhel:6",
  },
  {
    title: "CentOS Linux 8",
    files: os(
      'NAME="CentOS Linux"\nVERSION="8"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="8"\nPLATFORM_ID="platform:el8"\nPRETTY_NAME="CentOS Linux 8"\n',
    ),
    distro: ["centos", "8", null, "CentOS Linux 8"],
    type: "rpm",
    space: "rpm:rhel:8",
  },
  {
    title: "CentOS Stream",
    files: os(
      'NAME="CentOS Stream"\nVERSION="9"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="CentOS Stream 9"\n',
    ),
    distro: ["centos", "9", null, "CentOS Stream 9"],
    type: "rpm",
    space: "rpm:rhel:9",
  },
  {
    title: "CentOS 6",
    files: {
      "etc/centos-release": "CentOS release 6.10 (Final)\n",
      "etc/redhat-release": "CentOS release 6.10 (Final)\n",
      "etc/system-release": "CentOS release 6.10 (Final)\n",
    },
    distro: ["centos", "6.10", null, "CentOS release 6.10 (Final)"],
    type: "rpm",
    space: "rpm:rhel:6",
  },
  {
    title: "Fedora",
    files: os(
      'NAME="Fedora Linux"\nVERSION="37 (Container Image)"\nID=fedora\nVERSION_ID=37\nVERSION_CODENAME=""\nPLATFORM_ID="platform:f37"\nPRETTY_NAME="Fedora Linux 37 (Container Image)"\nSUPPORT_END=2023-11-14\nVARIANT="Container Image"\n',
    ),
    distro: ["fedora", "37", null, "Fedora Linux 37 (Container Image)"],
    type: "rpm",
    space: "rpm:fedora:37",
  },
  {
    title: "AlmaLinux",
    files: os(
      'NAME="AlmaLinux"\nVERSION="9.2 (Turquoise Kodkod)"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.2"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="AlmaLinux 9.2 (Turquoise Kodkod)"\n',
    ),
    distro: ["almalinux", "9.2", null, "AlmaLinux 9.2 (Turquoise Kodkod)"],
    type: "rpm",
    space: "rpm:almalinux:9",
  },
  {
    title: "Rocky Linux",
    files: os(
      'NAME="Rocky Linux"\nVERSION="9.3 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"\n',
    ),
    distro: ["rocky", "9.3", null, "Rocky Linux 9.3 (Blue Onyx)"],
    type: "rpm",
    space: "rpm:rocky:9",
  },
  {
    title: "Oracle Linux",
    files: os(
      'NAME="Oracle Linux Server"\nVERSION="9.4"\nID="ol"\nID_LIKE="fedora"\nVARIANT="Server"\nVARIANT_ID="server"\nVERSION_ID="9.4"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="Oracle Linux Server 9.4"\n',
    ),
    distro: ["ol", "9.4", null, "Oracle Linux Server 9.4"],
    type: "rpm",
    space: "rpm:ol:9",
  },
  {
    title: "Oracle Linux 6, beside the line of what it was built from",
    files: {
      "etc/oracle-release": "Oracle Linux Server release 6.10\n",
      "etc/redhat-release": "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n",
    },
    distro: ["ol", "6.10", null, "Oracle Linux Server release 6.10"],
    type: "rpm",
    space: "rpm:ol:6",
  },
  {
    title: "Amazon Linux 2023",
    files: os(
      'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\nPLATFORM_ID="platform:al2023"\nPRETTY_NAME="Amazon Linux 2023.5.20240903"\n',
    ),
    distro: ["amzn", "2023", null, "Amazon Linux 2023.5.20240903"],
    type: "rpm",
    space: "rpm:amzn:2023",
  },
  {
    title: "Amazon Linux 2",
    files: os(
      'NAME="Amazon Linux"\nVERSION="2"\nID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"\nPRETTY_NAME="Amazon Linux 2"\n',
    ),
    distro: ["amzn", "2", null, "Amazon Linux 2"],
    type: "rpm",
    space: "rpm:amzn:2",
  },
  {
    title: "Amazon Linux of old",
    files: { "etc/system-release": "Amazon Linux AMI release 2018.03\n" },
    distro: ["amzn", "2018.03", null, "Amazon Linux AMI release 2018.03"],
    type: "rpm",
    space: "rpm:amzn:2018",
  },
  {
    title: "SUSE Linux Enterprise Server",
    files: os(
      'NAME="SLES"\nVERSION="15-SP6"\nVERSION_ID="15.6"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP6"\nID="sles"\nID_LIKE="suse"\nCPE_NAME="cpe:/o:suse:sles:15:sp6"\n',
    ),
    distro: ["sles", "15.6", null, "SUSE Linux Enterprise Server 15 SP6"],
    type: "rpm",
    space: "rpm:sles:15.6",
  },
  {
    title: "SUSE Linux Enterprise Server 11",
    files: {
      "etc/SuSE-release": "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
    },
    distro: ["sles", "11.4", null, "SUSE Linux Enterprise Server 11 SP4"],
    type: "rpm",
    space: "rpm:sles:11.4",
  },
  {
    title: "openSUSE Leap",
    files: os(
      'NAME="openSUSE Leap"\nVERSION="15.4"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.4"\nPRETTY_NAME="openSUSE Leap 15.4"\n',
    ),
    distro: ["opensuse-leap", "15.4", null, "openSUSE Leap 15.4"],
    type: "rpm",
    space: "rpm:opensuse-leap:15.4",
  },
  {
    title: "openSUSE Tumbleweed",
    files: os(
      'NAME="openSUSE Tumbleweed"\n# VERSION="20230304"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20230304"\nPRETTY_NAME="openSUSE Tumbleweed"\n',
    ),
    distro: ["opensuse-tumbleweed", "20230304", null, "openSUSE Tumbleweed"],
    type: "rpm",
    space: "rpm:opensuse-tumbleweed",
  },
  {
    title: "openSUSE of old",
    files: { "etc/SuSE-release": "openSUSE 13.1 (x86_64)\nVERSION = 13.1\nCODENAME = Bottle\n" },
    distro: ["opensuse", "13.1", null, "openSUSE 13.1"],
    type: "rpm",
    space: "rpm:opensuse-leap:13.1",
  },
  {
    title: "Photon OS",
    files: os(
      'NAME="VMware Photon OS"\nVERSION="5.0"\nID=photon\nVERSION_ID=5.0\nPRETTY_NAME="VMware Photon OS/Linux"\nANSI_COLOR="1;34"\n',
    ),
    distro: ["photon", "5.0", null, "VMware Photon OS/Linux"],
    type: "rpm",
    space: "rpm:photon:5.0",
  },
  {
    title: "Azure Linux",
    files: os(
      'NAME="Microsoft Azure Linux"\nVERSION="3.0.20240727"\nID=azurelinux\nVERSION_ID="3.0"\nPRETTY_NAME="Microsoft Azure Linux 3.0"\n',
    ),
    distro: ["azurelinux", "3.0", null, "Microsoft Azure Linux 3.0"],
    type: "rpm",
    space: "rpm:azurelinux:3.0",
  },
  {
    title: "CBL-Mariner",
    files: os(
      'NAME="Common Base Linux Mariner"\nVERSION="2.0.20240425"\nID=mariner\nVERSION_ID="2.0"\nPRETTY_NAME="CBL-Mariner/Linux"\n',
    ),
    distro: ["mariner", "2.0", null, "CBL-Mariner/Linux"],
    type: "rpm",
    space: "rpm:mariner:2.0",
  },
  {
    title: "Arch Linux",
    files: os(
      'NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling\nVERSION_ID=TEMPLATE_VERSION_ID\nANSI_COLOR="38;2;23;147;209"\n',
    ),
    distro: ["arch", null, null, "Arch Linux"],
    type: "alpm",
    space: "alpm:arch",
  },
  {
    title: "Arch Linux by its empty file",
    files: { "etc/arch-release": "" },
    distro: ["arch", null, null, "Arch Linux"],
    type: "alpm",
    space: "alpm:arch",
  },
  {
    title: "Gentoo",
    files: os('NAME=Gentoo\nID=gentoo\nPRETTY_NAME="Gentoo Linux"\nANSI_COLOR="1;32"\nVERSION_ID="2.15"\n'),
    distro: ["gentoo", "2.15", null, "Gentoo Linux"],
    type: "ebuild",
    space: "ebuild:gentoo",
  },
  {
    title: "Gentoo of old",
    files: { "etc/gentoo-release": "Gentoo Base System release 2.2\n" },
    distro: ["gentoo", "2.2", null, "Gentoo Base System release 2.2"],
    type: "ebuild",
    space: "ebuild:gentoo",
  },
  {
    title: "OpenWrt",
    files: os(
      'NAME="OpenWrt"\nVERSION="23.05.3"\nID="openwrt"\nID_LIKE="lede openwrt"\nPRETTY_NAME="OpenWrt 23.05.3"\nVERSION_ID="23.05.3"\n',
    ),
    distro: ["openwrt", "23.05.3", null, "OpenWrt 23.05.3"],
    type: "opkg",
    space: "opkg:openwrt:23.05",
  },
  {
    title: "BusyBox",
    files: { "bin/busybox": "\u007fELF\0BusyBox v1.36.1 (2023-05-18 22:34:17 UTC)\0" },
    distro: ["busybox", "1.36.1", null, "BusyBox 1.36.1"],
    type: "rpm",
    space: null,
  },
];

describe("distributions by what they write", () => {
  for (const { title, files, distro, type, space } of rows) {
    it(title, () => {
      for (const path of Object.keys(files)) assert.ok(isDistroFile(path), path);
      const found = findDistro(Object.entries(files).map(([path, text]) => wantedFile(path, text)));
      assert.deepEqual([found?.id, found?.versionId, found?.codename, found?.name], distro);
      const spaces = new Set(lookUpKeys(packageOfType(type), found).map((key) => key.space));
      assert.deepEqual([...spaces], space === null ? [] : [space]);
    });
  }

  for (const [path, text] of [
    ["etc/redhat-release", "Unheard of release 3"],
    ["etc/redhat-release", "Fedora"],
    ["etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\n"],
    ["etc/SuSE-release", "Something\nVERSION = 1\n"],
    ["etc/system-release", ""],
  ] as const) {
    it(`${path} with ${JSON.stringify(text)} names none`, () => {
      assert.equal(findDistro([wantedFile(path, text)]), null);
    });
  }
});

function packageOfType(ecosystem: string): Package {
  return {
    ecosystem,
    namespace: "a",
    name: "b",
    version: "1-1",
    purl: `pkg:${ecosystem}/a/b@1-1`,
    sourcePackage: { name: "s", version: "1-1" },
    architecture: null,
    licenses: [],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [],
  };
}
