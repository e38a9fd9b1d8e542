import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { withoutDistro } from "../../../test/helpers/without-distro.ts";
import { sharedPath, skipWithout } from "../../../test/helpers/shared.ts";
import { rewrittenFile, wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Distro } from "../../domain/package.ts";
import { findDistro } from "../distro.ts";
import { apk } from "./index.ts";

const alpine: Distro = { id: "alpine", versionId: "3.18.4", codename: null, name: "Alpine", idLike: [] };
const DATABASE = "lib/apk/db/installed";

function catalog(files: readonly WantedFile[], distro: Distro | null = alpine) {
  return apk.catalog(files, { mode: "installed", distro, inspected: [] });
}

const record = (name: string, extra = "") => `C:Q1x=\nP:${name}\nV:1.0-r0\nA:x86_64\n${extra}\n`;

describe("Alpine packages", () => {
  it("carry all that apk knows of them", () => {
    const text =
      "P:libcrypto3\nV:3.1.4-r5\nA:x86_64\nS:1710133\nI:4206592\nT:Crypto library\nU:https://x\nL:Apache-2.0\no:openssl\n" +
      "m:Ariadne <a@example.org>\nt:1706268453\nC:Q1J8c5mkFUUKTVkhVGFzQPgO9hOYs=\nF:lib\nR:libcrypto.so.3\na:0:0:755\nZ:Q1xbAQ9HY1P8RbVwoTIfsBuvk+mbE=\nP:not me\n";
    const { packages, problems } = catalog([wantedFile(DATABASE, text, 1)]);
    assert.deepEqual(problems, []);
    assert.deepEqual(packages, [
      {
        ecosystem: "apk",
        namespace: "alpine",
        name: "libcrypto3",
        version: "3.1.4-r5",
        purl: "pkg:apk/alpine/libcrypto3@3.1.4-r5?arch=x86_64&distro=alpine-3.18.4&upstream=openssl",
        sourcePackage: { name: "openssl", version: "3.1.4-r5" },
        architecture: "x86_64",
        licenses: ["Apache-2.0"],
        author: "Ariadne <a@example.org>",
        description: "Crypto library",
        sizeBytes: 4206592,
        evidence: [{ path: DATABASE, layer: "sha256:layer1", layerIndex: 1 }],
        packedSizeBytes: 1710133,
        digests: [{ algorithm: "sha1", value: "27c7399a415450a4d592154617340f80ef61398b" }],
        fileCount: 1,
      },
    ]);
  });

  it("lose only the record that is malformed", () => {
    const text = `${record("a")}\nP:b\nT:no version\n\n${record("c", "broken line\n")}\n\n${record("d")}`;
    const { packages, problems } = catalog([wantedFile(DATABASE, text)]);
    assert.deepEqual(
      packages.map((pkg) => pkg.name),
      ["a", "c", "d"],
    );
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.path]),
      Array.from({ length: 2 }, () => ["RECORD_INVALID", DATABASE]),
    );
  });

  it("belong to the layer that brought them", () => {
    const file = rewrittenFile(DATABASE, [
      [record("a"), 0],
      [`${record("a").replace("1.0", "1.1")}\n${record("b")}`, 2],
      [`${record("a").replace("1.0", "1.1")}\n${record("b")}\n${record("c")}`, 4],
    ]);
    const layers = catalog([file]).packages.map((pkg) => [pkg.name, pkg.evidence[0]?.layerIndex]);
    assert.deepEqual(layers, [
      ["a", 2],
      ["b", 2],
      ["c", 4],
    ]);
  });

  it("stand in either place", () => {
    for (const path of [DATABASE, `usr/${DATABASE}`]) {
      assert.ok(apk.wants(path, "installed"));
      assert.ok(apk.history?.(path));
      assert.ok(!apk.wants(path, "sources"));
    }
  });
});

describe("files of Alpine packages", () => {
  it("have digests and stand in their folders", () => {
    const hash = (bytes: number) => `Z:Q2${Buffer.alloc(bytes, 1).toString("base64")}\n`;
    const lines = `F:\nR:top\nZ:Q1xbAQ9HY1P8RbVwoTIfsBuvk+mbE=\nF:etc\nM:0:0:755\nR:a.conf\nF:usr/lib\nR:b c\nZ:Q1broken\n`;
    const text = record("a", `${lines}R:d\n${hash(32)}R:e\n${hash(20)}`);
    const { claims = [] } = catalog([wantedFile(DATABASE, text)]);
    assert.deepEqual(
      [...claims].map(({ path, digest, isConfiguration }) => [path, digest?.algorithm, isConfiguration]),
      [
        ["top", "sha1", false],
        ["etc/a.conf", undefined, true],
        ["usr/lib/b c", undefined, false],
        ["usr/lib/d", "sha256", false],
        ["usr/lib/e", undefined, false],
      ],
    );
    assert.equal(
      [...claims][0]?.digest?.value,
      Buffer.from("xbAQ9HY1P8RbVwoTIfsBuvk+mbE=", "base64").toString("hex"),
    );
  });
});

describe("what Alpine packages need", () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ["by name", "D:b>=1.0 d~2 e@edge", ["b", "d", "e"]],
    ["libraries and commands", "D:so:libx.so.1 cmd:y>1", ["b", "d"]],
    ["files", "D:/usr/bin/tool /bin/sh", ["b", "e"]],
    ["no conflict, nothing that is missing, not itself", "D:!b gone a", []],
  ];
  for (const [title, line, names] of rows) {
    it(title, () => {
      const text = [
        record("a", `${line}\n`),
        record("b", "p:so:libx.so.1=1.2 /bin/sh\n"),
        record("d", "p:cmd:y=3\n"),
        record("e", "F:usr/bin\nR:tool\n"),
      ].join("\n");
      const found = catalog([wantedFile(DATABASE, text)]).packages[0]?.dependsOn ?? [];
      assert.deepEqual(
        found,
        names.map((name) => `pkg:apk/alpine/${name}@1.0-r0?arch=x86_64&distro=alpine-3.18.4`),
      );
    });
  }
});

describe("look-up of Alpine packages", () => {
  const at = (id: string, versionId: string | null, codename: string | null = null): Distro => ({
    id,
    versionId,
    codename,
    name: id,
    idLike: [],
  });
  const rows = [
    [at("alpine", "3.18.4"), "apk:alpine:3.18"],
    [at("alpine", "3.18"), "apk:alpine:3.18"],
    [at("alpine", "3.20_alpha20240329"), "apk:alpine:edge"],
    [at("alpine", "3.21.0_alpha20240807"), "apk:alpine:edge"],
    [at("alpine", "edge"), "apk:alpine:edge"],
    [at("alpine", null), null],
    [at("wolfi", "20230201"), "apk:wolfi"],
    [at("chainguard", "20230214"), "apk:chainguard"],
    [at("alpaquita", "stream"), "apk:alpaquita:stream"],
    [at("alpaquita", null, "stream"), "apk:alpaquita:stream"],
    [at("alpaquita", "23"), "apk:alpaquita:23"],
    [at("alpaquita", null), null],
    [null, "apk:alpine:3.18"],
  ] as const;
  for (const [distro, space] of rows) {
    it(`${distro?.id} ${distro?.versionId} ${distro?.codename}`, () => {
      const [pkg] = catalog([wantedFile(DATABASE, record("a-libs", "o:a\n"))]).packages;
      const expected = space === null ? [] : [{ space, name: "a", version: "1.0-r0", by: "source-package" }];
      assert.deepEqual(apk.lookUp(distro === null ? pkg! : withoutDistro(pkg!), distro), expected);
    });
  }

  it("by the package's own name where no origin is told", () => {
    const [pkg] = catalog([wantedFile(DATABASE, record("a"))]).packages;
    assert.deepEqual(apk.lookUp(pkg!, alpine), [
      { space: "apk:alpine:3.18", name: "a", version: "1.0-r0", by: "package" },
    ]);
  });
});

describe("real Alpine databases", () => {
  const rows = [
    ["3.3", 11, "apk:alpine:3.3"],
    ["3.6", 13, "apk:alpine:3.6"],
    ["3.9", 14, "apk:alpine:3.9"],
  ] as const;
  for (const [release, count, space] of rows) {
    const name = `pkgdb/apk/alpine-${release}`;
    it(`Alpine ${release} has ${count} packages`, { skip: skipWithout(name) }, () => {
      const folder = sharedPath(name)!;
      const distro = findDistro([wantedFile("etc/os-release", readFileSync(join(folder, "os-release")))]);
      const {
        packages,
        problems,
        claims = [],
      } = catalog([wantedFile(DATABASE, readFileSync(join(folder, "installed")))], distro);
      assert.deepEqual(problems, []);
      assert.equal(packages.length, count);
      const root = new Set(packages.map(({ purl }) => purl));
      assert.ok([...claims].length > 50 && [...claims].every(({ purl }) => root.has(purl)));
      assert.ok(
        [...claims].filter(({ digest }) => digest?.algorithm === "sha1").length > [...claims].length / 2,
      );
      const busybox = packages.find(({ name: own }) => own === "busybox");
      assert.ok(busybox?.dependsOn?.some((purl) => purl.includes("/musl@")));
      for (const pkg of packages) {
        assert.ok(pkg.licenses.length > 0, pkg.name);
        assert.equal(apk.lookUp(pkg, distro)[0]?.space, space);
      }
    });
  }
});
