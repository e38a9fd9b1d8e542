/** The package database of the demonstration's base layer, in the format of apk (`lib/apk/db/installed`). */

interface ApkRecord {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly license: string;
  readonly description: string;
  readonly installedBytes: number;
}

const records: readonly ApkRecord[] = [
  apk(
    "alpine-baselayout",
    "3.4.3-r1",
    "alpine-baselayout",
    "GPL-2.0-only",
    "Folders and start scripts of the system",
    409_600,
  ),
  apk("alpine-keys", "2.4-r1", "alpine-keys", "MIT", "Public keys that packages are signed with", 159_744),
  apk("apk-tools", "2.14.0-r2", "apk-tools", "GPL-2.0-only", "The package keeper", 307_200),
  apk("busybox", "1.36.1-r2", "busybox", "GPL-2.0-only", "Many small tools in one file", 962_560),
  apk(
    "ca-certificates-bundle",
    "20230506-r0",
    "ca-certificates",
    "MPL-2.0 AND MIT",
    "Certificates of public authorities",
    233_472,
  ),
  apk("libcrypto3", "3.1.3-r0", "openssl", "Apache-2.0", "Cryptographic library", 4_206_592),
  apk(
    "libgcc",
    "12.2.1_git20220924-r10",
    "gcc",
    "GPL-2.0-or-later AND LGPL-2.1-or-later",
    "Run-time library of the compiler",
    135_168,
  ),
  apk("libssl3", "3.1.3-r0", "openssl", "Apache-2.0", "Transport layer security library", 622_592),
  apk("musl", "1.2.4-r1", "musl", "MIT", "The C library", 634_880),
  apk("nodejs", "18.20.1-r0", "nodejs", "MIT", "JavaScript runtime", 42_897_408),
  apk("ssl_client", "1.36.1-r2", "busybox", "GPL-2.0-only", "Helper of the downloader in busybox", 28_672),
  apk("zlib", "1.2.13-r1", "zlib", "Zlib", "Compression library", 110_592),
];

function apk(
  name: string,
  version: string,
  origin: string,
  license: string,
  description: string,
  installedBytes: number,
): ApkRecord {
  return { name, version, origin, license, description, installedBytes };
}

/** The database as text: one paragraph a package. */
export function apkDatabase(): string {
  return records
    .map((record) =>
      [
        `P:${record.name}`,
        `V:${record.version}`,
        "A:x86_64",
        `I:${record.installedBytes}`,
        `T:${record.description}`,
        `L:${record.license}`,
        `o:${record.origin}`,
        "m:Demonstration <demonstration@example.com>",
        "",
      ].join("\n"),
    )
    .join("\n");
}
