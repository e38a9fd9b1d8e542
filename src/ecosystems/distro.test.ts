import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../test/helpers/wanted-file.ts";
import { findDistro, isDistroFile } from "./distro.ts";

const debian12 =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';

type Row = readonly [string, Readonly<Record<string, string>>, readonly (string | null)[] | null];
const rows: readonly Row[] = [
  [
    "os-release",
    { "etc/os-release": debian12 },
    ["debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)"],
  ],
  [
    "os-release below usr",
    { "usr/lib/os-release": debian12 },
    ["debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)"],
  ],
  [
    "etc wins over usr",
    { "etc/os-release": "ID=wolfi\nVERSION_ID=20230201\nNAME=Wolfi", "usr/lib/os-release": debian12 },
    ["wolfi", "20230201", null, "Wolfi 20230201"],
  ],
  [
    "quotes, escapes, comments and upper case",
    { "etc/os-release": '# a\nID=\'Alpine\'\nVERSION_ID=3.18.4\nPRETTY_NAME="a \\"b\\" \\$c"\r\n' },
    ["alpine", "3.18.4", null, 'a "b" $c'],
  ],
  [
    "Debian testing",
    { "etc/os-release": "ID=debian\nVERSION_CODENAME=forky", "etc/debian_version": "forky/sid\n" },
    ["debian", null, "forky", "debian"],
  ],
  [
    "old Debian testing",
    { "etc/os-release": "ID=debian", "etc/debian_version": "bullseye/sid\n" },
    ["debian", null, "bullseye", "debian"],
  ],
  [
    "debian_version alone",
    { "etc/debian_version": "12.5\n" },
    ["debian", "12", null, "Debian GNU/Linux 12.5"],
  ],
  [
    "alpine-release alone",
    { "etc/alpine-release": "3.18.4\n" },
    ["alpine", "3.18.4", null, "Alpine Linux 3.18.4"],
  ],
  [
    "lsb-release before debian_version",
    {
      "etc/lsb-release":
        'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\nDISTRIB_DESCRIPTION="Ubuntu 22.04"',
      "etc/debian_version": "bookworm/sid",
    },
    ["ubuntu", "22.04", "jammy", "Ubuntu 22.04"],
  ],
  [
    "BusyBox alone",
    { "bin/busybox": "\u007fELF\0\0BusyBox v1.36.1 (2023)\0" },
    ["busybox", "1.36.1", null, "BusyBox 1.36.1"],
  ],
  ["no id", { "etc/os-release": "NAME=x\n" }, null],
  ["an id that is none", { "etc/os-release": "ID=a/b c\n" }, null],
  ["nothing", {}, null],
];

describe("the distribution", () => {
  for (const [title, files, expected] of rows) {
    it(title, () => {
      const distro = findDistro(Object.entries(files).map(([path, text]) => wantedFile(path, text)));
      assert.deepEqual(
        distro === null ? null : [distro.id, distro.versionId, distro.codename, distro.name],
        expected,
      );
      for (const path of Object.keys(files)) assert.ok(isDistroFile(path), path);
    });
  }

  it("names what it is like", () => {
    assert.deepEqual(findDistro([wantedFile("etc/os-release", 'ID=x\nID_LIKE="ubuntu  debian"')])?.idLike, [
      "ubuntu",
      "debian",
    ]);
  });
});
