import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { withoutDistro } from "../../../test/helpers/without-distro.ts";
import { zstdCompressSync } from "node:zlib";
import { sharedPath, skipWithout } from "../../../test/helpers/shared.ts";
import { rewrittenFile, wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { findDistro } from "../distro.ts";
import { deb } from "./index.ts";

const bookworm: Distro = {
  id: "debian",
  versionId: "12",
  codename: "bookworm",
  name: "Debian 12",
  idLike: [],
};
const STATUS = "var/lib/dpkg/status";

function catalog(files: readonly WantedFile[], distro: Distro | null = bookworm) {
  return deb.catalog(files, { mode: "installed", distro, inspected: [] });
}

function only(packages: readonly Package[]): Package {
  assert.equal(packages.length, 1);
  return packages[0]!;
}

const stanza = (name: string, extra = "") =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n${extra}\n`;

describe("Debian packages", () => {
  it("carry all that dpkg knows of them", () => {
    const text =
      "Package: libstdc++6\nStatus: install ok installed\nInstalled-Size: 2753\nMaintainer: GCC <gcc@example.org>\n" +
      "Architecture: amd64\nSource: gcc-12 (12.2.0-13)\nVersion: 1:12.2.0-14+b1\nDescription: library\n long text\n";
    const { packages, problems } = catalog([wantedFile(STATUS, text, 2)]);
    assert.deepEqual(problems, []);
    assert.deepEqual(only(packages), {
      ecosystem: "deb",
      namespace: "debian",
      name: "libstdc++6",
      version: "1:12.2.0-14+b1",
      purl: "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bb1?arch=amd64&distro=debian-12&upstream=gcc-12%4012.2.0-13",
      sourcePackage: { name: "gcc-12", version: "12.2.0-13" },
      architecture: "amd64",
      licenses: [],
      author: "GCC <gcc@example.org>",
      description: "library",
      sizeBytes: 2753 * 1024,
      evidence: [{ path: STATUS, layer: "sha256:layer2", layerIndex: 2 }],
    });
  });

  const sources = [
    ["", "a", "1.0-1"],
    ["Source: s\n", "s", "1.0-1"],
    ["Source: s (2.0)\n", "s", "2.0"],
    ["Source: s (2.0\n", "s", "1.0-1"],
    ["Source: (2.0)\n", "a", "2.0"],
  ] as const;
  for (const [field, name, version] of sources) {
    it(`come from a source package: ${JSON.stringify(field)}`, () => {
      const { packages } = catalog([wantedFile(STATUS, stanza("a", field))]);
      assert.deepEqual(only(packages).sourcePackage, { name, version });
    });
  }

  const states = [
    ["install ok installed", true],
    ["hold ok installed", true],
    ["install ok triggers-pending", true],
    ["install reinstreq installed", true],
    ["deinstall ok config-files", false],
    ["install ok half-installed", false],
    ["install ok unpacked", false],
    ["purge ok not-installed", false],
    ["", false],
  ] as const;
  for (const [status, isListed] of states) {
    it(`with status "${status}" ${isListed ? "count" : "do not count"}`, () => {
      const { packages } = catalog([wantedFile(STATUS, `Package: a\nStatus: ${status}\nVersion: 1\n`)]);
      assert.equal(packages.length, isListed ? 1 : 0);
    });
  }

  it("lose only the stanza that is malformed", () => {
    const text = `${stanza("a")}\nPackage: b c\nStatus: install ok installed\nVersion: 1\n\nStatus: install ok installed\n\n${stanza("d", "no field\n")}`;
    const { packages, problems } = catalog([wantedFile(STATUS, text)]);
    assert.deepEqual(
      packages.map((pkg) => pkg.name),
      ["a", "d"],
    );
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.path]),
      Array.from({ length: 3 }, () => ["RECORD_INVALID", STATUS]),
    );
  });

  it("are read from distroless images, one file a package", () => {
    const files = [
      wantedFile(
        "var/lib/dpkg/status.d/base",
        "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
        0,
      ),
      wantedFile("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.36\nSource: glibc\n", 1),
    ];
    const { packages } = catalog(files);
    assert.deepEqual(
      packages.map((pkg) => [pkg.name, pkg.evidence[0]?.layerIndex]),
      [
        ["base-files", 0],
        ["libc6", 1],
      ],
    );
    assert.ok(deb.wants("var/lib/dpkg/status.d/libc6", "installed"));
    for (const part of ["md5sums", "preinst", "conffiles"])
      assert.ok(!deb.isDatabase?.(`var/lib/dpkg/status.d/libc6.${part}`));
    assert.ok(deb.isDatabase?.("var/lib/dpkg/status.d/python3.11"));
  });

  it("belong to the layer that brought them", () => {
    const file = rewrittenFile(STATUS, [
      [stanza("a"), 0],
      [`${stanza("a")}\n${stanza("b")}`, 3],
      [`${stanza("a")}\n${stanza("b")}\n${stanza("c")}`, 5],
    ]);
    const layers = catalog([file]).packages.map((pkg) => [pkg.name, pkg.evidence[0]?.layerIndex]);
    assert.deepEqual(layers, [
      ["a", 0],
      ["b", 3],
      ["c", 5],
    ]);
    assert.ok(deb.history?.(STATUS));
  });

  it("take licences from their copyright file, or from another package of the source", () => {
    const copyright =
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n text\n";
    const { packages } = catalog([
      wantedFile("usr/share/doc/a/copyright", copyright),
      wantedFile(STATUS, `${stanza("a", "Source: s\n")}\n${stanza("b", "Source: s\n")}\n${stanza("c")}`),
    ]);
    assert.deepEqual(
      packages.map((pkg) => pkg.licenses),
      [["GPL-2.0-or-later"], ["GPL-2.0-or-later"], []],
    );
  });
});

const INFO = "var/lib/dpkg/info/";
const sum = (digit: string) => digit.repeat(32);

/** Path, digest and whether it is configuration of each claim. */
function claimsOf(files: readonly WantedFile[]) {
  const { claims = [], problems } = catalog(files);
  assert.deepEqual(problems, []);
  return [...claims].map(({ path, digest, isConfiguration }) => [
    path,
    digest?.value ?? null,
    isConfiguration,
  ]);
}

describe("files of Debian packages", () => {
  const status = wantedFile(
    STATUS,
    stanza("a", `Conffiles:\n /etc/a.conf ${sum("c")}\n /etc/old ${sum("d")} obsolete\n`),
  );

  it("have digests where dpkg keeps one; folders are left out", () => {
    const claims = claimsOf([
      wantedFile(
        `${INFO}a.list`,
        "/.\n/etc\n/etc/a.conf\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/link\n/usr/lib\n/usr/lib/a\n/usr/lib/a/x y\n",
      ),
      wantedFile(
        `${INFO}a.md5sums`,
        `${sum("1")}  usr/bin/a\n${sum("2")}  usr/lib/a/x y\nnot a line\n${sum("X")}  usr/bin/link\n`,
      ),
      status,
    ]);
    assert.deepEqual(claims, [
      ["usr/bin/a", sum("1"), false],
      ["usr/lib/a/x y", sum("2"), false],
      ["etc/a.conf", sum("c"), true],
      ["usr/bin/link", null, false],
    ]);
  });

  const orders: readonly (readonly [string, readonly string[]])[] = [
    ["in the order of dpkg", ["/usr", "/usr/a", "/usr/a/1", "/usr/a-b", "/usr/a-b/2", "/usr/l"]],
    ["folders first", ["/usr", "/usr/a", "/usr/a-b", "/usr/l", "/usr/a-b/2", "/usr/a/1"]],
    ["files first", ["/usr/a/1", "/usr/l", "/usr/a-b/2", "/usr/a-b", "/usr/a", "/usr"]],
  ];
  for (const [title, list] of orders) {
    it(`of a list ${title}`, () => {
      const claims = claimsOf([
        wantedFile(`${INFO}a.list`, `/.\n${list.join("\n")}\n`),
        wantedFile(`${INFO}a.md5sums`, `${sum("2")}  usr/a-b/2\n${sum("1")}  usr/a/1\n`),
        wantedFile(STATUS, stanza("a")),
      ]);
      assert.deepEqual([...claims].map(([path]) => path).sort(), ["usr/a-b/2", "usr/a/1", "usr/l"]);
    });
  }

  it("without digests", () => {
    const list = wantedFile(`${INFO}a.list`, "/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/b");
    assert.deepEqual(claimsOf([list, wantedFile(STATUS, stanza("a"))]), [
      ["usr/bin/a", null, false],
      ["usr/bin/b", null, false],
    ]);
  });

  it("stand under name and architecture for libraries of several architectures", () => {
    const both = `${stanza("a")}\n${stanza("a").replace("amd64", "i386")}`;
    const { claims = [], packages } = catalog([
      wantedFile(`${INFO}a:amd64.list`, "/usr/1\n"),
      wantedFile(`${INFO}a:i386.list`, "/usr/2\n"),
      wantedFile(STATUS, both),
    ]);
    assert.deepEqual(
      [...claims].map(({ purl, path }) => [purl.includes("i386"), path]),
      [
        [false, "usr/1"],
        [true, "usr/2"],
      ],
    );
    assert.deepEqual(
      packages.map(({ fileCount }) => fileCount),
      [1, 1],
    );
  });

  it("that another package moved aside are where it put them", () => {
    const [claims] = [
      claimsOf([
        wantedFile("var/lib/dpkg/diversions", "/usr/x\n/usr/x.a\nb\n/usr/y\n/usr/y.local\n:\n"),
        wantedFile(`${INFO}a.list`, "/usr/x\n/usr/y\n"),
        wantedFile(`${INFO}b.list`, "/usr/x\n"),
        wantedFile(STATUS, `${stanza("a")}\n${stanza("b")}`),
      ]),
    ];
    assert.deepEqual(
      [...claims].map(([path]) => path),
      ["usr/x.a", "usr/y.local", "usr/x"],
    );
  });

  it("of distroless images stand in sums alone", () => {
    const claims = claimsOf([
      wantedFile("var/lib/dpkg/status.d/a", "Package: a\nVersion: 1\n"),
      wantedFile("var/lib/dpkg/status.d/a.md5sums", `${sum("1")}  ./usr/bin/a\n${sum("2")}  /usr/bin/b\n`),
    ]);
    assert.deepEqual(claims, [
      ["usr/bin/a", sum("1"), false],
      ["usr/bin/b", sum("2"), false],
    ]);
  });
});

describe("what Debian packages need", () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ["by name", "Depends: b (>= 1), d\n", ["b", "d"]],
    ["before they are configured", "Pre-Depends: b\nDepends: d\n", ["b", "d"]],
    ["the first alternative that is there", "Depends: gone | d | b\n", ["d"]],
    ["what provides a name", "Depends: virtual\n", ["b", "d"]],
    ["for any architecture", "Depends: b:any (= 1)\n", ["b"]],
    ["nothing that is not there", "Depends: gone\nRecommends: b\n", []],
    ["not itself", "Depends: a, virtual2\nProvides: virtual2\n", []],
    ["over several lines", "Depends: b,\n d\n", ["b", "d"]],
  ];
  for (const [title, fields, names] of rows) {
    it(title, () => {
      const text = `${stanza("a", fields)}\n${stanza("b", "Provides: virtual (= 1)\n")}\n${stanza("d", "Provides: x, virtual\n")}`;
      const { packages } = catalog([wantedFile(STATUS, text)]);
      const found = packages.find((pkg) => pkg.name === "a")?.dependsOn ?? [];
      assert.deepEqual(
        found,
        names.map((name) => `pkg:deb/debian/${name}@1.0-1?arch=amd64&distro=debian-12`),
      );
    });
  }

  it("of their own architecture where a library is there for two", () => {
    const both = `${stanza("b")}\n${stanza("b").replace("amd64", "i386")}`;
    const { packages } = catalog([wantedFile(STATUS, `${stanza("a", "Depends: b\n")}\n${both}`)]);
    assert.deepEqual(packages[0]?.dependsOn, ["pkg:deb/debian/b@1.0-1?arch=amd64&distro=debian-12"]);
  });
});

describe("packages that Chisel cut", () => {
  const MANIFEST = "var/lib/chisel/manifest.wall";
  const wall = (lines: readonly object[], count = lines.length + 1) =>
    zstdCompressSync(
      [{ jsonwall: "1.0", schema: "1.0", count }, ...lines]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    );
  const libc = {
    kind: "package",
    name: "libc6",
    version: "2.35-0ubuntu3.8",
    sha256: "7".repeat(64),
    arch: "amd64",
  };

  it("are listed with digests and files, and what cannot be known is said", () => {
    const {
      packages,
      problems,
      claims = [],
    } = catalog([
      wantedFile(
        MANIFEST,
        wall([
          libc,
          {
            kind: "path",
            path: "/etc/ld.so.conf",
            slices: ["libc6_config"],
            sha256: "1".repeat(64),
            final_sha256: "2".repeat(64),
          },
          { kind: "path", path: "/lib64/ld.so", slices: ["libc6_libs", "other_x"], link: "/lib/ld.so" },
          { kind: "path", path: "/lib/", slices: ["libc6_libs"] },
          { kind: "slice", name: "libc6_libs" },
        ]),
      ),
      wantedFile("usr/share/doc/libc6/copyright", "see /usr/share/common-licenses/LGPL-2.1"),
    ]);
    const pkg = only(packages);
    assert.deepEqual(
      [pkg.name, pkg.version, pkg.sourcePackage, pkg.licenses, pkg.digests, pkg.fileCount],
      [
        "libc6",
        "2.35-0ubuntu3.8",
        null,
        ["LGPL-2.1-only"],
        [{ algorithm: "sha256", value: "7".repeat(64) }],
        2,
      ],
    );
    assert.deepEqual(
      [...claims].map(({ path, digest, isConfiguration }) => [path, digest?.value[0], isConfiguration]),
      [
        ["etc/ld.so.conf", "2", true],
        ["lib64/ld.so", undefined, false],
      ],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID"],
    );
    assert.ok(deb.isDatabase?.(MANIFEST) && deb.wants(MANIFEST, "installed"));
  });

  it("are not listed again when dpkg's list has them", () => {
    const status = stanza("libc6", "Source: glibc\n").replace("1.0-1", "2.35-0ubuntu3.8");
    const { packages, problems } = catalog([wantedFile(MANIFEST, wall([libc])), wantedFile(STATUS, status)]);
    assert.equal(only(packages).sourcePackage?.name, "glibc");
    assert.deepEqual(problems, []);
  });

  for (const [title, bytes, code] of [
    ["no zstd", Buffer.from("wall"), "PARSE_FAILED"],
    ["cut", wall([libc]).subarray(0, 30), "PARSE_FAILED"],
    ["of another count", wall([libc], 9), "RECORD_INVALID"],
    [
      "in two frames",
      Buffer.concat([wall([libc], 3), zstdCompressSync('{"kind":"slice"}\n')]),
      "RECORD_INVALID",
    ],
    ["past every real one", zstdCompressSync(Buffer.alloc(65 * 1024 * 1024, 0x20)), "PARSE_FAILED"],
    [
      "with lines that are none",
      wall(["x", null, [], { kind: "package", name: "a b" }] as object[]),
      "RECORD_INVALID",
    ],
  ] as const) {
    it(`a manifest ${title} is a problem`, () => {
      assert.equal(catalog([wantedFile(MANIFEST, bytes)]).problems[0]?.code, code);
    });
  }
});

describe("look-up of Debian packages", () => {
  const at = (id: string, versionId: string | null, codename: string | null = null): Distro => ({
    id,
    versionId,
    codename,
    name: id,
    idLike: [],
  });
  const rows = [
    ["Debian 12", at("debian", "12"), "deb:debian:12"],
    ["a point release", at("debian", "12.5"), "deb:debian:12"],
    ["an old release with two numbers", at("debian", "6.0.10"), "deb:debian:6.0"],
    ["Debian testing", at("debian", null, "forky"), "deb:debian:14"],
    ["Debian sid", at("debian", null, "sid"), null],
    ["Ubuntu", at("ubuntu", "22.04"), "deb:ubuntu:22.04"],
    ["another", at("kali", "2026.1"), "deb:kali:2026.1"],
    ["no distro", null, "deb:debian:11"],
  ] as const;
  for (const [title, distro, space] of rows) {
    it(title, () => {
      const [pkg] = catalog(
        [wantedFile(STATUS, stanza("a", "Source: s (2.0)\n"))],
        at("debian", "11"),
      ).packages;
      const expected = space === null ? [] : [{ space, name: "s", version: "2.0", by: "source-package" }];
      assert.deepEqual(deb.lookUp(distro === null ? pkg! : withoutDistro(pkg!), distro), expected);
    });
  }

  const repositories: readonly (readonly [version: string, id: string, is: string | null])[] = [
    ["8.2.7-1+deb12u1", "debian", null],
    ["2.0-1~bpo12+1", "debian", null],
    ["1.2.3-0ubuntu0.22.04.1", "ubuntu", null],
    ["0.8.3-1ubuntu12~22.04.1", "ubuntu", null],
    ["8.2.7-1+0~20230606.40+debian11~1.gbp3c1b3c", "debian", "packages.sury.org"],
    ["1.1.1n-1+deb.sury.org~focal+1", "ubuntu", "deb.sury.org"],
    ["18.16.0-deb-1nodesource1", "debian", "NodeSource"],
    ["15.3-1.pgdg110+1", "debian", "apt.postgresql.org"],
    ["1:10.11.6+maria~deb12", "debian", "MariaDB"],
    ["5:24.0.2-1~debian.11~bullseye", "debian", "download.docker.com"],
    ["3.11.7-1+jammy1", "ubuntu", "a repository outside of the distribution"],
    ["1.25.3-1~bookworm", "debian", "a repository outside of the distribution"],
    ["1.25.3-1~bookworm", "kali", null],
  ];
  for (const [version, id, is] of repositories) {
    it(`${version} in ${id} is of ${is ?? "its own"} repository`, () => {
      const [pkg] = catalog([wantedFile(STATUS, stanza("a"))]).packages;
      const [key] = deb.lookUp(
        { ...withoutDistro(pkg!), version, sourcePackage: { name: "a", version } },
        at(id, "12"),
      );
      assert.equal(key?.repository ?? null, is);
      assert.equal(key?.version, version);
    });
  }

  it("by the package's own name where the document tells no source", () => {
    const [pkg] = catalog([wantedFile(STATUS, stanza("a"))]).packages;
    const keys = deb.lookUp({ ...pkg!, sourcePackage: null }, bookworm);
    assert.deepEqual(keys, [{ space: "deb:debian:12", name: "a", version: "1.0-1", by: "package" }]);
  });
});

describe("a real Ubuntu 24.04", () => {
  it(
    "has 90 packages, each found and placed",
    { skip: skipWithout("pkgdb/dpkg/ubuntu-24.04/status") },
    () => {
      const folder = sharedPath("pkgdb/dpkg/ubuntu-24.04")!;
      const distro = findDistro([wantedFile("etc/os-release", readFileSync(join(folder, "os-release")))]);
      const { packages, problems } = catalog(
        [wantedFile(STATUS, readFileSync(join(folder, "status")))],
        distro,
      );
      assert.deepEqual(problems, []);
      assert.equal(packages.length, 90);
      assert.equal(new Set(packages.map((pkg) => pkg.purl)).size, 90);
      const libc = packages.find((pkg) => pkg.name === "libc6");
      assert.deepEqual(deb.lookUp(libc!, distro), [
        { space: "deb:ubuntu:24.04", name: "glibc", version: libc!.version, by: "source-package" },
      ]);
    },
  );
});
