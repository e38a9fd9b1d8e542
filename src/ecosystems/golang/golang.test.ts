import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { catalogSample, type EcosystemSample } from "../../../test/helpers/ecosystem-sample.ts";
import { elfFile, loadAddress, type ElfChoices } from "../../../test/helpers/elf-file.ts";
import { goRecord } from "../../../test/helpers/go-record.ts";
import { goModules, samples } from "./fixtures/sample.ts";
import { golang as scheme } from "../../versions/golang/index.ts";
import { golang } from "./index.ts";

function program(bytes: Uint8Array): EcosystemSample {
  return { mode: "installed", distro: null, files: { "usr/bin/app": bytes } };
}

function built(modules: string, goVersion = "go1.22.5"): EcosystemSample {
  return program(elfFile({ ".go.buildinfo": goRecord(goVersion, modules) }, { sizeBytes: 70_000 }));
}

function purlsOf(sample: EcosystemSample): readonly string[] {
  return catalogSample(golang, sample)
    .packages.map((pkg) => pkg.purl)
    .sort();
}

const codesOf = (sample: EcosystemSample) => catalogSample(golang, sample).problems.map(({ code }) => code);

describe("Go programs", () => {
  it("list their modules with replacements, the standard library and themselves, which needs all of them", () => {
    const { packages, problems } = catalogSample(golang, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(packages.map((pkg) => pkg.purl).sort(), [
      "pkg:golang/example.com/team/app@v2.3.4-rc.1",
      "pkg:golang/github.com/burntsushi/toml@v1.3.2",
      "pkg:golang/github.com/google/uuid@v1.5.0",
      "pkg:golang/stdlib@1.26.8",
    ]);
    const main = packages.find((pkg) => pkg.name === "app");
    assert.equal(main?.namespace, "example.com/Team");
    assert.equal(main.dependsOn?.length, 3);
    const standard = packages.find((pkg) => pkg.name === "stdlib");
    assert.deepEqual(standard?.cpes, ["cpe:2.3:a:golang:go:1.26.8:*:*:*:*:*:*:*"]);
  });

  it("say in their package URLs what they were built for, where that is not Linux", () => {
    const modules = "path\texample.com/app\ndep\texample.com/a\tv1.0.0\nbuild\tGOOS=";
    assert.deepEqual(purlsOf(built(`${modules}linux\n`)), [
      "pkg:golang/example.com/a@v1.0.0",
      "pkg:golang/stdlib@1.22.5",
    ]);
    const windows = catalogSample(golang, built(`${modules}windows\n`)).packages;
    assert.deepEqual(windows.map(({ purl }) => purl).sort(), [
      "pkg:golang/example.com/a@v1.0.0?goos=windows",
      "pkg:golang/stdlib@1.22.5?goos=windows",
    ]);
    assert.deepEqual(
      windows.flatMap((pkg) => golang.lookUp(pkg, null)).map(({ system }) => system),
      ["windows", "windows"],
    );
    assert.deepEqual(purlsOf(built(`${modules}not one word\n`))[1], "pkg:golang/stdlib@1.22.5");
  });

  it("are looked up by their whole path in lower case", () => {
    const toml = catalogSample(golang, samples[0]!).packages.find((pkg) => pkg.name === "toml");
    assert.deepEqual(golang.lookUp(toml!, null), [
      { space: "golang", name: "github.com/burntsushi/toml", version: "v1.3.2", by: "package" },
    ]);
  });

  it("are not compared by the made-up version of a commit; what they depend on is", () => {
    const version = "v0.0.0-20240305060708-0123456789ab";
    const toml = catalogSample(golang, samples[0]!).packages.find((pkg) => pkg.name === "toml")!;
    assert.equal(golang.lookUp({ ...toml, version }, null)[0]?.version, version);
    const [key] = golang.lookUp({ ...toml, version, dependsOn: ["pkg:golang/stdlib@1.22.5"] }, null);
    assert.equal(key?.version, "commit 20240305060708-0123456789ab");
    assert.equal(scheme.isValid(key.version), false);
  });

  const flags = (text: string): string =>
    `mod\texample.com/a\t(devel)\nbuild\t-ldflags=${JSON.stringify(text)}\n`;
  const commit = (modified: string): string =>
    `mod\texample.com/a\t(devel)\nbuild\tvcs=git\nbuild\tvcs.revision=0123456789abcdef0123456789abcdef01234567\nbuild\tvcs.time=2024-03-05T06:07:08Z\nbuild\tvcs.modified=${modified}\n`;
  const versions: readonly (readonly [string, string, string | null])[] = [
    ["the module's own version", "mod\texample.com/a\tv1.2.3\th1:x=\n", "v1.2.3"],
    ["main.version", flags("-s -w -X main.version=1.2.3"), "v1.2.3"],
    ["-X=", flags("-X=main.Version=v1.2.3"), "v1.2.3"],
    ["quotes", flags(`-X 'main.Version=v1.2.3' -X "main.date=2024 01"`), "v1.2.3"],
    [
      "the program's before another package's",
      flags("-X x.io/version.Version=v9.0 -X example.com/a/b.Version=1.2"),
      "v1.2",
    ],
    [
      "a version package of another module",
      flags("-X github.com/prometheus/common/version.Version=2.42.0"),
      "v2.42.0",
    ],
    [
      "a variable of another module that is no version package",
      flags("-X example.org/b.Version=1.2.3"),
      null,
    ],
    [
      "what git says of the commit",
      flags("-X example.com/a/version.GitCommit=96505027 -X example.com/a/version.GitDescribe=1.12.9"),
      "v1.12.9",
    ],
    ["a value that is no version", flags("-X main.version=dev"), null],
    ["the commit", commit("false"), "v0.0.0-20240305060708-0123456789ab"],
    ["the commit with changes", commit("true"), "v0.0.0-20240305060708-0123456789ab+dirty"],
    ["nothing", "mod\texample.com/a\t(devel)\n", null],
  ];
  for (const [name, modules, version] of versions) {
    it(`the version of the program: ${name}`, () => {
      const main = catalogSample(golang, built(modules)).packages.find((pkg) => pkg.name === "a");
      assert.equal(main?.version ?? null, version);
      assert.deepEqual(codesOf(built(modules)), version === null ? ["VERSION_INVALID"] : []);
    });
  }

  const toolchains: readonly (readonly [string, string | null])[] = [
    ["go1.22.5", "1.22.5"],
    ["go1.21rc1", "1.21rc1"],
    ["go1.18", "1.18"],
    ["go1.21.0 X:boringcrypto", "1.21.0"],
    ["go1.22.5-rhel", "1.22.5"],
    ["devel go1.23-1a2b3c4d Tue", null],
  ];
  for (const [goVersion, version] of toolchains) {
    it(`the standard library of ${goVersion}`, () => {
      const found = catalogSample(golang, built("path\tcmd/go\n", goVersion)).packages;
      assert.deepEqual(
        found.map((pkg) => pkg.version),
        version === null ? [] : [version],
      );
    });
  }

  const shapes: readonly (readonly [string, ElfChoices])[] = [
    ["32 bits", { bits: 32 }],
    ["big-endian", { littleEndian: false }],
    ["32 bits, big-endian", { bits: 32, littleEndian: false }],
    ["without section headers", { withoutSections: true }],
  ];
  for (const [name, choices] of shapes) {
    it(`of another shape: ${name}`, () => {
      const bytes = elfFile(
        { ".go.buildinfo": goRecord("go1.22.5", goModules) },
        { ...choices, sizeBytes: 70_000 },
      );
      assert.equal(purlsOf(program(bytes)).length, 4);
    });
  }

  for (const bits of [32, 64] as const) {
    it(`before Go 1.18, by pointers of ${bits} bits`, () => {
      const size = bits / 8;
      // The record stands first, at an address that the header's size gives; texts and their headers follow it.
      const start = loadAddress + (bits === 64 ? 128 : 96);
      const text = Buffer.concat([Buffer.alloc(16, 1), Buffer.from(goModules), Buffer.alloc(16, 2)]);
      const bytes = Buffer.alloc(32 + 4 * size + 8 + text.length);
      const put = (value: number, at: number): void => {
        if (size === 8) bytes.writeBigUInt64LE(BigInt(value), at);
        else bytes.writeUInt32LE(value, at);
      };
      bytes.write("\xff Go buildinf:", 0, "latin1");
      bytes[14] = size;
      put(start + 32, 16);
      put(start + 32 + 2 * size, 16 + size);
      const textsAt = 32 + 4 * size;
      put(start + textsAt, 32);
      put(8, 32 + size);
      put(start + textsAt + 8, 32 + 2 * size);
      put(text.length, 32 + 3 * size);
      bytes.write("go1.16.2", textsAt);
      text.copy(bytes, textsAt + 8);
      const found = purlsOf(program(elfFile({ ".go.buildinfo": bytes }, { bits, sizeBytes: 70_000 })));
      assert.ok(found.includes("pkg:golang/stdlib@1.16.2") && found.length === 4, found.join());
    });
  }

  it("say what has no version: modules replaced by folders, programs without build information", () => {
    const replaced = built(
      "mod\texample.com/a\tv1.0.0\ndep\tk8s.io/api\tv0.0.0\n=>\t./staging/src/k8s.io/api\t(devel)\t\n",
    );
    assert.deepEqual(codesOf(replaced), ["VERSION_INVALID"]);
    assert.deepEqual(purlsOf(replaced), ["pkg:golang/example.com/a@v1.0.0", "pkg:golang/stdlib@1.22.5"]);
    assert.deepEqual(codesOf(program(elfFile({ ".gopclntab": "x" }, { sizeBytes: 70_000 }))), [
      "BUILD_INFO_MISSING",
    ]);
    assert.deepEqual(codesOf(built("path\texample.com/a\nbuild\t-compiler=gc\n")), ["BUILD_INFO_MISSING"]);
  });

  it("are looked for among executables", () => {
    const wants = (path: string, mode: number, sizeBytes = 100_000): boolean =>
      golang.inspect?.wants({ path, mode, sizeBytes }, "installed") ?? false;
    assert.ok(
      wants("opt/x", 0o755) && wants("usr/bin/x", 0o644) && wants("a/x.exe", 0o644) && wants("l/x.so", 0o644),
    );
    assert.ok(!wants("usr/share/x", 0o644) && !wants("usr/bin/x", 0o755, 1000));
  });
});

describe("Go source trees", () => {
  const sources = (files: Readonly<Record<string, string>>): EcosystemSample => ({
    mode: "sources",
    distro: null,
    files,
  });
  const rows: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    readonly string[],
    readonly string[],
  ])[] = [
    [
      "replacements by version, by module and by folder",
      {
        "go.mod":
          'module a\ngo 1.20\nrequire x.io/a v1.0.0\nrequire (\n x.io/b v1.0.0\n "x.io/c" v1.0.0 // indirect\n)\nreplace x.io/a v1.0.0 => x.io/A2 v2.0.0\nreplace (\n x.io/b => ./b\n x.io/c v9.9.9 => x.io/d v1.0.0\n)\n',
      },
      ["pkg:golang/x.io/a2@v2.0.0", "pkg:golang/x.io/c@v1.0.0"],
      [],
    ],
    [
      "go.sum before Go 1.17: the newest of what is not required directly",
      {
        "go.mod": "module a\ngo 1.16\nrequire x.io/a v1.0.0\n",
        "go.sum":
          "x.io/a v1.0.0 h1:a=\nx.io/a v0.9.0 h1:a=\nx.io/b v1.9.0 h1:b=\nx.io/b v1.10.0 h1:b=\nx.io/b v1.10.0/go.mod h1:b=\nx.io/c v1.0.0/go.mod h1:c=\n",
      },
      ["pkg:golang/x.io/a@v1.0.0", "pkg:golang/x.io/b@v1.10.0"],
      [],
    ],
    [
      "a go.mod of before Go 1.17 without go.sum",
      { "go.mod": "module a\nrequire x.io/a v1.0.0\n" },
      ["pkg:golang/x.io/a@v1.0.0"],
      ["DEPENDENCY_UNPINNED"],
    ],
    [
      "a workspace: the newest of all, its replacements first, its own modules left out",
      {
        "go.work": "go 1.22\nuse (\n ./a\n ./b\n)\nreplace x.io/c => x.io/c v3.0.0\n",
        "a/go.mod": "module x.io/a\ngo 1.22\nrequire x.io/z v1.2.0\nrequire x.io/b v0.0.0\n",
        "b/go.mod":
          "module x.io/b\ngo 1.22\nrequire (\nx.io/z v1.10.0\nx.io/c v1.0.0\n)\nreplace x.io/c => ./c\n",
      },
      ["pkg:golang/x.io/c@v3.0.0", "pkg:golang/x.io/z@v1.10.0"],
      [],
    ],
    [
      "the toolchain, and versions of the language",
      {
        "a/go.mod": "module a\ngo 1.21\ntoolchain go1.22.1\n",
        "b/go.mod": "module b\ngo 1.21.3\n",
        "c/go.mod": "module c\ngo 1.20\n",
      },
      ["pkg:golang/stdlib@1.21.3", "pkg:golang/stdlib@1.22.1"],
      [],
    ],
    [
      "vendored modules, replaced ones too",
      {
        "vendor/modules.txt":
          "# x.io/a v1.0.0\n## explicit; go 1.17\nx.io/a\nx.io/a/b\n# x.io/b v1.0.0 => x.io/bb v1.1.0\nx.io/b\n# x.io/c v1.0.0 => ./c\nx.io/c\n# x.io/d v1.0.0\n",
      },
      ["pkg:golang/x.io/a@v1.0.0", "pkg:golang/x.io/bb@v1.1.0"],
      [],
    ],
    [
      "lines that cannot be read",
      { "go.mod": "module a\ngo 1.22\nrequire x.io/a\nreplace x => y => z\n" },
      [],
      ["RECORD_INVALID"],
    ],
  ];
  for (const [name, files, expected, codes] of rows) {
    it(name, () => {
      assert.deepEqual(purlsOf(sources(files)), expected);
      assert.deepEqual(codesOf(sources(files)), codes);
    });
  }

  it("leave out vendored and test folders", () => {
    for (const path of ["vendor/x.io/a/go.mod", "a/testdata/go.mod", "node_modules/a/go.mod"]) {
      assert.ok(!golang.wants(path, "sources"), path);
    }
    assert.ok(golang.wants("go.work", "sources") && !golang.wants("go.mod", "installed"));
  });
});
