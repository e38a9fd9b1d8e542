import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutDistro } from "../../../test/helpers/without-distro.ts";
import { bdbOf, headerBlob, ndbOf, packageBlob } from "../../../test/helpers/rpm-database.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { sampleDatabase } from "./fixtures/database.ts";
import { tags } from "./header.ts";
import { rpm } from "./index.ts";

const at = (id: string, versionId: string | null): Distro => ({
  id,
  versionId,
  codename: null,
  name: id,
  idLike: [],
});
const SQLITE = "var/lib/rpm/rpmdb.sqlite";
const NDB = "usr/lib/sysimage/rpm/Packages.db";
const BDB = "var/lib/rpm/Packages";

function catalog(files: readonly WantedFile[], distro: Distro | null = at("almalinux", "9.4")) {
  return rpm.catalog(files, { mode: "installed", distro, inspected: [] });
}

const names = (packages: readonly Package[]) => packages.map((pkg) => pkg.name).sort();

describe("RPM packages", () => {
  it("carry all that rpm knows of them", () => {
    const { packages, problems, claims = [] } = catalog([wantedFile(SQLITE, sampleDatabase(), 2)]);
    assert.deepEqual(problems, []);
    const libs =
      "pkg:rpm/almalinux/sample-libs@2.0~rc1-3.el9?arch=noarch&distro=almalinux-9.4&epoch=1" +
      "&rpmmod=sample:2:8080020230718:63b34585&upstream=sample-tool-2.0~rc1-3.el9.src.rpm";
    const tool = libs.replace("sample-libs", "sample-tool").replace("noarch", "x86_64");
    const found = packages.find((pkg) => pkg.name === "sample-tool");
    assert.deepEqual(found, {
      ecosystem: "rpm",
      namespace: "almalinux",
      name: "sample-tool",
      version: "1:2.0~rc1-3.el9",
      purl: tool,
      sourcePackage: { name: "sample-tool", version: "1:2.0~rc1-3.el9" },
      architecture: "x86_64",
      licenses: ["GPL-2.0-or-later AND MIT"],
      author: "Sample Project",
      description: "A tool of the sample",
      sizeBytes: 24,
      evidence: [{ path: SQLITE, layer: "sha256:layer2", layerIndex: 2 }],
      digests: found?.digests,
      modularity: "sample:2:8080020230718:63b34585",
      fileCount: 4,
      dependsOn: [libs],
    });
    assert.deepEqual(
      found.digests?.map(({ algorithm }) => algorithm),
      ["md5", "sha1", "sha256"],
    );
    const sha256 = (value: string) => ({ algorithm: "sha256", value }) as const;
    const shown = [...claims]
      .filter(({ purl }) => purl === tool)
      .map(({ path, digest, isConfiguration }) => [path, digest, isConfiguration]);
    assert.deepEqual(shown, [
      [
        "etc/sample/sample.conf",
        sha256("88ce3a65e4b87e9afc8c7a42b84463fcd0fe87b75be5478079bb49cc0f6f6e27"),
        true,
      ],
      ["usr/bin/sample", null, false],
      [
        "usr/bin/sample-tool",
        sha256("67948dd9afd6afe5043b0029d5aa7cf0f8b2824baf16f4f097d40d830edb686d"),
        false,
      ],
      ["var/lib/sample/state", null, true],
    ]);
  });

  const blobs = [
    packageBlob("a"),
    packageBlob("long", { [tags.summary]: "x".repeat(3000) }),
    packageBlob("b"),
  ];
  for (const [title, path, bytes] of [
    ["NDB", NDB, ndbOf(blobs)],
    ["Berkeley DB", BDB, bdbOf(blobs)],
    ["Berkeley DB of a machine of the other byte order", BDB, bdbOf(blobs, "big")],
  ] as const) {
    it(`stand in ${title}`, () => {
      const { packages, problems } = catalog([wantedFile(path, bytes)]);
      assert.deepEqual(problems, []);
      assert.deepEqual(names(packages), ["a", "b", "long"]);
    });
  }

  it("are read from the newest format of a folder, as rpm does, and from every folder", () => {
    const { packages } = catalog([
      wantedFile(SQLITE, sampleDatabase()),
      wantedFile(BDB, bdbOf([packageBlob("stale")])),
      wantedFile(NDB, ndbOf([packageBlob("other")])),
    ]);
    assert.deepEqual(names(packages), ["other", "sample-libs", "sample-tool"]);
  });

  it("leave out the keys that packages are signed with", () => {
    assert.deepEqual(names(catalog([wantedFile(NDB, ndbOf([packageBlob("gpg-pubkey")]))]).packages), []);
  });

  it("lose only the record that is malformed", () => {
    const bad = [
      headerBlob({ [tags.name]: "no-version" }),
      packageBlob("with blank"),
      packageBlob("cut").subarray(0, 40),
      Buffer.from("garbage"),
      Buffer.alloc(0),
    ];
    const { packages, problems } = catalog([
      wantedFile(NDB, ndbOf([packageBlob("a"), ...bad, packageBlob("b")])),
    ]);
    assert.deepEqual(names(packages), ["a", "b"]);
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.path]),
      bad.map(() => ["RECORD_INVALID", NDB]),
    );
  });

  it("a file that is no database is a problem", () => {
    for (const path of [SQLITE, NDB, BDB]) {
      const { packages, problems } = catalog([wantedFile(path, "no database")]);
      assert.deepEqual([packages, problems.map(({ code }) => code)], [[], ["PARSE_FAILED"]]);
    }
  });

  it("an empty database lists nothing and hides nothing", () => {
    assert.deepEqual(catalog([wantedFile(NDB, ndbOf([]))]).problems, []);
    assert.deepEqual(catalog([wantedFile(BDB, bdbOf([]))]).problems, []);
  });

  it("belong to the layer that brought them", () => {
    const earlier = [
      { bytes: ndbOf([packageBlob("a")]), layer: "sha256:layer0", layerIndex: 0 },
      { bytes: ndbOf([packageBlob("a"), packageBlob("b")]), layer: "sha256:layer2", layerIndex: 2 },
    ];
    const last = ndbOf(["a", "b", "c"].map((name) => packageBlob(name)));
    const layers = catalog([{ ...wantedFile(NDB, last, 4), earlier }]).packages.map((pkg) => [
      pkg.name,
      pkg.evidence[0]?.layerIndex,
    ]);
    assert.deepEqual(layers, [
      ["a", 0],
      ["b", 2],
      ["c", 4],
    ]);
    assert.ok(rpm.history?.(NDB));
  });

  it("need what others provide: names, libraries, files, and either of a condition", () => {
    const needs = (...list: string[]) => ({
      [tags.requireName]: list,
      [tags.requireFlags]: list.map((name) => (name === "script" ? 1 << 9 : 1 << 14)),
    });
    const provides = (...list: string[]) => ({ [tags.provideName]: list });
    const database = ndbOf([
      packageBlob(
        "app",
        needs(
          "libx.so()(64bit)",
          "/usr/bin/tool",
          "rpmlib(X)",
          "missing",
          "script",
          "(one or two)",
          "(a if b)",
        ),
      ),
      packageBlob("libx", provides("libx.so()(64bit)")),
      packageBlob("tools", {
        [tags.baseNames]: ["tool"],
        [tags.dirNames]: ["/usr/bin/"],
        [tags.dirIndexes]: [0],
        [tags.fileModes]: [0o100755],
      }),
      packageBlob("two"),
      packageBlob("b"),
      packageBlob("script"),
    ]);
    const { packages } = catalog([wantedFile(NDB, database)], null);
    const purl = (name: string) => `pkg:rpm/${name}@1.0-1?arch=x86_64`;
    assert.deepEqual(
      packages.find(({ name }) => name === "app")?.dependsOn,
      ["libx", "tools", "two"].map(purl),
    );
  });

  it("claim no folder, and no file that was left out at installation", () => {
    const files = {
      [tags.baseNames]: ["folder", "doc", "link", "old"],
      [tags.dirNames]: ["/usr/"],
      [tags.dirIndexes]: [0, 0, 0, 0],
      [tags.fileModes]: [0o040755, 0o100644, 0o120777, 0o100644],
      [tags.fileStates]: [0, 2, 0, 0],
      [tags.fileDigests]: ["", "", "", "d41d8cd98f00b204e9800998ecf8427e"],
    };
    const { claims = [] } = catalog([wantedFile(NDB, ndbOf([packageBlob("a", files)]))]);
    assert.deepEqual(
      [...claims].map(({ path, digest }) => [path, digest?.algorithm]),
      [
        ["usr/link", undefined],
        ["usr/old", "md5"],
      ],
    );
  });

  it("of images without a database stand in a list", () => {
    const path = "var/lib/rpmmanifest/container-manifest-2";
    const line = (name: string, epoch: string) =>
      `${name}\t1.2-3.azl3\t1\t2\tMicrosoft\t(none)\t70\tx86_64\t${epoch}\ts-1.2-3.azl3.src.rpm\n`;
    const { packages, problems } = catalog(
      [wantedFile(path, `${line("a", "0")}${line("b", "2")}broken\n`)],
      at("azurelinux", "3.0"),
    );
    assert.deepEqual(
      packages.map((pkg) => [pkg.name, pkg.version, pkg.sourcePackage, pkg.sizeBytes]),
      [
        ["a", "1.2-3.azl3", { name: "s", version: "1.2-3.azl3" }, 70],
        ["b", "2:1.2-3.azl3", { name: "s", version: "2:1.2-3.azl3" }, 70],
      ],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID"],
    );
    assert.ok(rpm.wants(path, "installed") && rpm.isDatabase?.(path));
  });

  for (const [path, isWanted] of [
    [SQLITE, true],
    [`${SQLITE}-wal`, true],
    [`${SQLITE}-shm`, false],
    [NDB, true],
    [BDB, true],
    ["usr/share/rpm/rpmdb.sqlite", true],
    ["var/lib/rpm/Index.db", false],
    ["home/rpm/Packages", false],
  ] as const) {
    it(`${isWanted ? "want" : "do not want"} ${path}`, () => {
      assert.equal(rpm.wants(path, "installed"), isWanted);
      assert.equal(rpm.wants(path, "sources"), false);
    });
  }
});

describe("hostile rpm databases", () => {
  const overlapping = Buffer.from(ndbOf([packageBlob("a")]));
  // Every slot names the same blob.
  for (let slot = 48; slot < 4096; slot += 16) overlapping.copy(overlapping, slot, 32, 48);
  const looping = bdbOf([packageBlob("long", { [tags.summary]: "x".repeat(3000) })]);
  // The second page of the value leads back to the first.
  looping.writeUInt32LE(1, 2 * 512 + 16);
  const endless = packageBlob("a");
  endless.writeUInt32BE(0xffff_ffff, 8 + 12);
  const manyFiles = packageBlob("a", {
    [tags.baseNames]: Array.from({ length: 2000 }, () => "f"),
    [tags.dirNames]: [`/${"d".repeat(100_000)}/`],
    [tags.dirIndexes]: Array.from({ length: 2000 }, () => 0),
  });
  const rows: readonly (readonly [string, string, Uint8Array])[] = [
    ["slots that share a blob", NDB, overlapping],
    ["a chain of pages that is a circle", BDB, looping],
    ["a count past every end", NDB, ndbOf([endless])],
    ["names that grow past every path", NDB, ndbOf([manyFiles])],
  ];
  for (const [title, path, bytes] of rows) {
    it(title, () => {
      const { packages, problems, claims = [] } = catalog([wantedFile(path, bytes)]);
      assert.ok(packages.length <= 64 && problems.length <= 22 && [...claims].length === 0);
    });
  }
});

describe("look-up of RPM packages", () => {
  const pkg = catalog([
    wantedFile(
      NDB,
      ndbOf([packageBlob("lib", { [tags.epoch]: [1], [tags.sourceRpm]: "src-2.0-5.src.rpm" })]),
    ),
  ]).packages[0]!;
  const own = (space: string) => ({ space, name: "lib", version: "1:1.0-1", by: "package" });
  const source = (space: string) => ({ space, name: "src", version: "1:2.0-5", by: "source-package" });
  const rows: readonly (readonly [Distro | null, readonly object[]])[] = [
    [at("almalinux", "9.4"), [own("rpm:almalinux:9")]],
    [at("rocky", "9.4"), [own("rpm:rocky:9"), source("rpm:rocky:9")]],
    [at("rhel", "8.10"), [own("rpm:rhel:8"), source("rpm:rhel:8")]],
    [at("centos", "7"), [own("rpm:rhel:7"), source("rpm:rhel:7")]],
    [at("openeuler", "22.03"), [source("rpm:openeuler:22.03")]],
    [at("fedora", "43"), [own("rpm:fedora:43")]],
    [at("ol", "9.4"), [own("rpm:ol:9")]],
    [at("amzn", "2023"), [own("rpm:amzn:2023")]],
    [at("amzn", "2018.03"), [own("rpm:amzn:2018")]],
    [at("sles", "15.6"), [own("rpm:sles:15.6"), source("rpm:sles:15.6")]],
    [at("sled", "15"), [own("rpm:sles:15"), source("rpm:sles:15")]],
    [at("opensuse-leap", "15.6"), [own("rpm:opensuse-leap:15.6"), source("rpm:opensuse-leap:15.6")]],
    [
      at("opensuse-tumbleweed", "20241101"),
      [own("rpm:opensuse-tumbleweed"), source("rpm:opensuse-tumbleweed")],
    ],
    [at("photon", "5.0"), [source("rpm:photon:5.0")]],
    [at("azurelinux", "3.0"), [source("rpm:azurelinux:3.0")]],
    [at("mariner", "2.0.20240425"), [source("rpm:mariner:2.0")]],
    [at("fedora", null), []],
    [at("unheard-of", "1"), []],
    [null, [own("rpm:almalinux:9")]],
  ];
  for (const [distro, keys] of rows) {
    it(`${distro?.id} ${distro?.versionId}`, () =>
      assert.deepEqual(rpm.lookUp(distro === null ? pkg : withoutDistro(pkg), distro), keys));
  }

  it("service packs of openEuler are told by the release of the package", () => {
    const found = { ...pkg, version: "1.0-1.oe2203sp1" };
    assert.equal(
      rpm.lookUp(withoutDistro(found), at("openeuler", "22.03"))[0]?.space,
      "rpm:openeuler:22.03-sp1",
    );
  });

  const vendors: readonly (readonly [
    vendor: string | null,
    version: string,
    id: string,
    is: string | null,
  ])[] = [
    [null, "1.0-1.el9", "almalinux", null],
    ["AlmaLinux", "1.0-1.el9", "almalinux", null],
    ["Rocky Enterprise Software Foundation", "1.0-1.el9", "rocky", null],
    ["Red Hat, Inc.", "1.0-1.el9", "rhel", null],
    ["Fedora Project", "1.0-1.el9", "almalinux", "Fedora Project"],
    ["Fedora Project", "1.0-1.fc43", "fedora", null],
    [
      "Remi's RPM repository <https://rpms.remirepo.net/>",
      "8.2-1",
      "rhel",
      "Remi's RPM repository <https://rpms.remirepo.net/>",
    ],
    [null, "8.2.7-1.el9.remi", "rocky", "rpms.remirepo.net"],
    [null, "15.3-1PGDG.rhel9", "rhel", "yum.postgresql.org"],
    [null, "18.16.0-1nodesource", "rhel", "NodeSource"],
    ["Docker", "3:24.0.2-1.el9", "almalinux", "Docker"],
    ["Microsoft Corporation", "1.0-1.azl3", "azurelinux", null],
    ["Microsoft Corporation", "1.0-1", "rhel", "Microsoft Corporation"],
    ["Oracle America", "1.0-1.el9", "ol", null],
    ["Oracle and/or its affiliates", "8.0.36-1.el9", "almalinux", "Oracle and/or its affiliates"],
  ];
  for (const [vendor, version, id, is] of vendors) {
    it(`${version} by ${vendor ?? "nobody"} in ${id} is of ${is ?? "its own"} repository`, () => {
      const keys = rpm.lookUp(
        { ...withoutDistro(pkg), version, author: vendor },
        at(id, id === "fedora" ? "43" : "9.0"),
      );
      const found = keys.map(({ repository = null }) => repository);
      assert.deepEqual(found, id === "azurelinux" ? [null].slice(0, found.length) : found.map(() => is));
    });
  }

  const ofDocuments = [
    ["pkg:rpm/redhat/openssl@3.0.7-18.el9_2?arch=x86_64&epoch=1&distro=rhel-9.2", "rpm:rhel:9"],
    ["pkg:rpm/opensuse/openssl@3.0.7-18.el9_2?distro=opensuse-leap-15.6&epoch=1", "rpm:opensuse-leap:15.6"],
    ["pkg:rpm/opensuse/openssl@3.0.7-18.el9_2?distro=opensuse-tumbleweed&epoch=1", "rpm:opensuse-tumbleweed"],
    ["pkg:rpm/redhat/openssl@3.0.7-18.el9_2?arch=x86_64&epoch=1", "rpm:rhel:9"],
    ["pkg:rpm/openssl@3.0.7-18.el9_2?arch=x86_64&epoch=1", null],
  ] as const;
  for (const [purl, space] of ofDocuments) {
    it(`${purl} of a document`, () => {
      const namespace = purl.split("/").length === 3 ? purl.split("/")[1]! : null;
      const found = {
        ...pkg,
        purl,
        namespace,
        name: "openssl",
        version: "3.0.7-18.el9_2",
        sourcePackage: null,
      };
      assert.deepEqual(
        rpm.lookUp(found, null),
        space === null ? [] : [{ space, name: "openssl", version: "1:3.0.7-18.el9_2", by: "package" }],
      );
    });
  }

  it("without epoch and source package, an epoch may have been lost", () => {
    const bare = {
      ...withoutDistro(pkg),
      sourcePackage: null,
      version: "3.0.7-18.el9_2",
      purl: "pkg:rpm/openssl",
    };
    const lost = [
      bare,
      { ...bare, version: "0:3.0.7-18.el9_2" },
      { ...bare, sourcePackage: pkg.sourcePackage },
    ].map((each) =>
      rpm.lookUp(each, at("almalinux", "9.0")).map(({ epochMayBeLost = false }) => epochMayBeLost),
    );
    assert.deepEqual(lost, [[true], [false], [false]]);
  });
});
