import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { writeZip } from "../../../test/helpers/zip.ts";
import type { CatalogResult } from "../types.ts";
import { pypi } from "./index.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

function installed(files: Files): CatalogResult {
  return catalogSample(pypi, { mode: "installed", distro: null, files });
}

function metadata(name: string, version: string, ...requires: readonly string[]): string {
  const lines = requires.map((line) => `Requires-Dist: ${line}\n`).join("");
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${lines}\n`;
}

function names({ packages }: CatalogResult): readonly string[] {
  return packages.map((pkg) => `${pkg.name}@${pkg.version}`).sort();
}

/** `a > b`, sorted. */
function edges({ packages }: CatalogResult): readonly string[] {
  const byPurl = new Map(packages.map((pkg) => [pkg.purl, pkg.name]));
  const all = packages.flatMap((pkg) =>
    (pkg.dependsOn ?? []).map((purl) => `${pkg.name} > ${byPurl.get(purl) ?? purl}`),
  );
  return [...new Set(all)].sort();
}

const SITE = "usr/local/lib/python3.11/site-packages";

function distribution(name: string, site = SITE): string {
  return `${site}/${name}-1.0.dist-info/METADATA`;
}

describe("edges between installed Python packages", () => {
  const b = { [distribution("b")]: metadata("b", "1.0") };
  const rows: readonly (readonly [string, boolean])[] = [
    ["b", true],
    ["B_b", false],
    ["b (>=1.0)", true],
    ["b[x]<2 ; extra == 'y'", false],
    ['b ; python_version < "3.11"', false],
    ['b ; python_version >= "3.9"', true],
    ['b ; "3.9" <= python_version', true],
    ['b ; sys_platform == "win32"', false],
    ['b ; sys_platform != "win32" or implementation_name != "pypy" and extra == "d"', true],
    ['b ; (sys_platform != "win32" or implementation_name != "pypy") and extra == "d"', false],
    ['b ; platform_machine == "aarch64"', true],
    ['b ; platform_machine == "aarch64" and os_name == "nt"', false],
    ['b ; os_name not in "nt java"', true],
    ["b ; this is no marker (", true],
    [`b ; ${"(".repeat(5000)}`, true],
    ["b @ https://example.org/b.whl", true],
    ["missing", false],
  ];
  for (const [line, isEdge] of rows) {
    it(`${line.slice(0, 90)}: ${isEdge}`, () => {
      const result = installed({ [distribution("a")]: metadata("a", "1.0", line), ...b });
      assert.deepEqual(edges(result), isEdge ? ["a > b"] : []);
    });
  }

  const sites: readonly (readonly [string, string, boolean])[] = [
    ["usr/local/lib/python3.11/dist-packages", "usr/lib/python3/dist-packages", true],
    ["usr/local/lib/python3.11/site-packages", "usr/lib/python3/dist-packages", false],
    ["usr/lib64/python3.9/site-packages", "usr/lib/python3.9/site-packages", true],
    ["root/.local/lib/python3.11/site-packages", "usr/lib/python3/dist-packages", true],
    ["opt/venv/lib/python3.11/site-packages", "usr/lib/python3/dist-packages", false],
    ["usr/lib/python3/dist-packages", "usr/local/lib/python3.11/dist-packages", false],
  ];
  for (const [from, to, isEdge] of sites) {
    it(`${from} looks into ${to}: ${isEdge}`, () => {
      const result = installed({
        [distribution("a", from)]: metadata("a", "1.0", "b"),
        [distribution("b", to)]: metadata("b", "1.0"),
      });
      assert.deepEqual(edges(result), isEdge ? ["a > b"] : []);
    });
  }

  it("of an egg stand in its requires.txt", () => {
    const result = installed({
      [`${SITE}/a-1.0-py3.11.egg/EGG-INFO/PKG-INFO`]: metadata("a", "1.0"),
      [`${SITE}/a-1.0-py3.11.egg/EGG-INFO/requires.txt`]:
        'b>=1\n\n[x]\nc\n\n[:python_version < "3"]\nd\n\n[:python_version > "3"]\ne\n',
      ...Object.fromEntries(["b", "c", "d", "e"].map((name) => [distribution(name), metadata(name, "1.0")])),
    });
    assert.deepEqual(edges(result), ["a > b", "a > e"]);
  });
});

describe("files of installed Python packages", () => {
  it("are those of RECORD, with digests and sizes", () => {
    const { packages, claims, problems } = installed({
      [distribution("a")]: metadata("a", "1.0"),
      [`${SITE}/a-1.0.dist-info/RECORD`]:
        '../../../bin/a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,10\r\n"a/x,""y"".py",sha256=bad,5\na/__pycache__/x.pyc,,\n/etc/a.conf,md5=1B2M2Y8AsgTpgAmY7PhCfg,1\n\n',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual([packages[0]?.sizeBytes, packages[0]?.fileCount], [16, 4]);
    assert.deepEqual(
      [...(claims ?? [])].map((claim) => [claim.kind, claim.path, claim.digest?.algorithm ?? null]),
      [
        ["file", "usr/local/bin/a", "sha256"],
        ["file", `${SITE}/a/x,"y".py`, null],
        ["file", `${SITE}/a/__pycache__/x.pyc`, null],
        ["file", "etc/a.conf", "md5"],
        ["folder", `${SITE}/a-1.0.dist-info`, null],
      ],
    );
    assert.equal(
      [...(claims ?? [])][0]?.digest?.value,
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it("are those of installed-files.txt in an egg-info folder", () => {
    const { claims } = installed({
      [`${SITE}/a.egg-info/PKG-INFO`]: metadata("a", "1.0"),
      [`${SITE}/a.egg-info/installed-files.txt`]: "../a/__init__.py\nPKG-INFO\n../../../../bin/a\n",
    });
    assert.deepEqual(
      [...(claims ?? [])].map((claim) => claim.path),
      [`${SITE}/a/__init__.py`, `${SITE}/a.egg-info/PKG-INFO`, "usr/local/bin/a", `${SITE}/a.egg-info`],
    );
  });
});

describe("origins of installed Python packages", () => {
  const rows: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
    [
      '{"url":"https://user:secret@example.org/u/a.git","vcs_info":{"vcs":"git","commit_id":"abc123"}}',
      "pkg:pypi/a@1.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fu%2Fa.git%40abc123",
      [],
      [],
    ],
    [
      `{"url":"https://example.org/a.whl","archive_info":{"hash":"sha256=${"ab".repeat(32)}","hashes":{"sha256":"${"ab".repeat(32)}"}}}`,
      "pkg:pypi/a@1.0",
      ["sha256"],
      [],
    ],
    ['{"url":"file:///src","dir_info":{"editable":true}}', "pkg:pypi/a@1.0", [], []],
    ["{", "pkg:pypi/a@1.0", [], ["PARSE_FAILED"]],
    ["[7]", "pkg:pypi/a@1.0", [], []],
  ];
  for (const [text, purl, algorithms, codes] of rows) {
    it(text.slice(0, 80), () => {
      const { packages, problems } = installed({
        [distribution("a")]: metadata("a", "1.0"),
        [`${SITE}/a-1.0.dist-info/direct_url.json`]: text,
      });
      assert.equal(packages[0]?.purl, purl);
      assert.deepEqual(
        (packages[0]?.digests ?? []).map((digest) => digest.algorithm),
        algorithms,
      );
      assert.deepEqual(
        problems.map((problem) => problem.code),
        codes,
      );
    });
  }
});

describe("Python packages in archives", () => {
  const a = metadata("a", "1.0", "b");
  const b = metadata("b", "1.0");
  const rows: readonly (readonly [string, Files, readonly string[], readonly string[], readonly string[]])[] =
    [
      [
        "a wheel as a file",
        { "wheels/a-1.0-py3-none-any.whl": writeZip([{ name: "a-1.0.dist-info/METADATA", content: a }]) },
        ["a@1.0"],
        [],
        [],
      ],
      [
        "an egg beside other packages",
        {
          [`${SITE}/a-1.0-py3.11.egg`]: writeZip([{ name: "EGG-INFO/PKG-INFO", content: a }]),
          [distribution("b")]: b,
        },
        ["a@1.0", "b@1.0"],
        ["a > b"],
        [],
      ],
      [
        "a program that brings its packages along",
        {
          "usr/bin/x.pex": writeZip([
            { name: ".deps/a-1.0.whl/a-1.0.dist-info/METADATA", content: a },
            { name: ".deps/b-1.0.whl/b-1.0.dist-info/METADATA", content: b, stored: true },
          ]),
        },
        ["a@1.0", "b@1.0"],
        ["a > b"],
        [],
      ],
      [
        "a wheel in a cache",
        { "root/.cache/pip/a.whl": writeZip([{ name: "a-1.0.dist-info/METADATA", content: a }]) },
        [],
        [],
        [],
      ],
      ["a wheel that is none", { "a.whl": "text" }, [], [], ["PARSE_FAILED"]],
      ["another file of that name", { "humpty.egg": "text" }, [], [], []],
      [
        "a wheel without a name",
        { "a.whl": writeZip([{ name: ".dist-info/METADATA", content: "x" }]) },
        [],
        [],
        ["PARSE_FAILED"],
      ],
    ];
  for (const [title, files, expected, links, codes] of rows) {
    it(title, () => {
      const result = installed(files);
      assert.deepEqual(names(result), expected);
      assert.deepEqual(edges(result), links);
      assert.deepEqual(
        result.problems.map((problem) => problem.code),
        codes,
      );
    });
  }
});

describe("copies that a package brings along", () => {
  const list = {
    [`${SITE}/pip/_vendor/vendor.txt`]: "requests==2.31.0\n    idna==3.4\nsetuptools\n# x==1\n",
  };
  it("are listed", () => assert.deepEqual(names(installed(list)), ["idna@3.4", "requests@2.31.0"]));
  it("are not where a distribution took them out", () => {
    const init = { [`${SITE}/pip/_vendor/__init__.py`]: "# x\nDEBUNDLED = True\n" };
    assert.deepEqual(names(installed({ ...list, ...init })), []);
  });
});
