/**
 * What is read of Go programs, as `go version -m` prints it: programs built here with several flags, and one whose build
 * information was removed.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { golang } from "../../src/ecosystems/golang/index.ts";
import type { CatalogResult } from "../../src/ecosystems/types.ts";
import { catalogSample } from "../helpers/ecosystem-sample.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

const skip = skipWithoutPrograms("go");
let folder = "";

before(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-golang-"));
  if (skip !== false) return;
  const source = join(folder, "app");
  mkdirSync(source);
  writeFileSync(
    join(source, "go.mod"),
    "module example.com/Team/app\n\ngo 1.21\n\nrequire github.com/pkg/errors v0.9.1\n",
  );
  writeFileSync(
    join(source, "main.go"),
    'package main\n\nimport "github.com/pkg/errors"\n\nvar version = "dev"\n\nfunc main() {\n\tprintln(errors.New(version).Error())\n}\n',
  );
  go(source, "mod", "tidy");
  const versioned = join(folder, "versioned");
  cpSync(source, versioned, { recursive: true });
  mkdirSync(join(versioned, "pkg/version.x"), { recursive: true });
  writeFileSync(join(versioned, "pkg/version.x/version.go"), 'package version\n\nvar Version = "v9.9.9"\n');
  writeFileSync(
    join(versioned, "main.go"),
    'package main\n\nimport (\n\tversion2 "example.com/Team/app/pkg/version.x"\n\t"github.com/pkg/errors"\n)\n\nvar version = "v8.8.8"\n\nfunc main() {\n\tprintln(errors.New(version).Error(), version2.Version)\n}\n',
  );
  const embedding = join(folder, "embedding");
  cpSync(source, embedding, { recursive: true });
  writeFileSync(join(embedding, "VERSION"), "3.4.5\n");
  writeFileSync(
    join(embedding, "main.go"),
    'package main\n\nimport (\n\t_ "embed"\n\t"github.com/pkg/errors"\n)\n\n//go:embed VERSION\nvar version string\n\nvar other = "v8.8.8"\n\nfunc main() {\n\tprintln(errors.New(version).Error(), other)\n}\n',
  );
  const replaced = join(folder, "replaced");
  cpSync(source, replaced, { recursive: true });
  go(replaced, "mod", "edit", "-replace", "github.com/pkg/errors=github.com/pkg/errors@v0.9.0");
  go(replaced, "mod", "tidy");
});
after(() => rmSync(folder, { recursive: true, force: true }));

function go(where: string, ...args: readonly string[]): string {
  const env = { ...process.env, GOFLAGS: "-buildvcs=false", GOTOOLCHAIN: "local" };
  return execFileSync("go", args, { cwd: where, env, stdio: ["ignore", "pipe", "pipe"] }).toString("utf8");
}

function catalog(program: string): CatalogResult {
  return catalogSample(golang, {
    mode: "installed",
    distro: null,
    files: { "usr/bin/app": readFileSync(program) },
  });
}

/** `path@version` of the dependencies, replacements in the place of what they replace, and of the standard library. */
function printed(program: string): readonly string[] {
  const text = go(folder, "version", "-m", program);
  const modules: string[] = [`stdlib@${/: go(\S+)/.exec(text)?.[1] ?? ""}`];
  for (const line of text.split("\n")) {
    const [, kind, path, version] = line.split("\t");
    if (kind === "=>") modules.pop();
    if (kind === "=>" || kind === "dep") modules.push(`${path}@${version}`);
  }
  return modules.sort();
}

const rows: readonly (readonly [string, string, readonly string[], string | null])[] = [
  ["as it is", "app", [], null],
  ["without paths and symbols, with a version", "app", ["-trimpath", "-ldflags=-s -w"], null],
  ["with a version from the linker", "app", ["-ldflags=-X main.version=1.2.3"], "v1.2.3"],
  [
    "with a version from the linker, without its flags",
    "app",
    ["-trimpath", "-ldflags=-X main.version=1.2.3 -X main.other=v4.5.6"],
    "v1.2.3",
  ],
  [
    "with a version from the linker, without its flags and symbols",
    "app",
    ["-trimpath", "-ldflags=-s -w -X main.version=1.2.3"],
    "v1.2.3",
  ],
  [
    "with several versions from the linker, without its flags and symbols",
    "versioned",
    [
      "-trimpath",
      "-ldflags=-s -w -X main.version=1.2.3 -X example.com/Team/app/pkg/version.x.Version=v2.0.1",
    ],
    null,
  ],
  [
    "with versions that the source alone sets, without symbols",
    "versioned",
    ["-trimpath", "-ldflags=-s -w"],
    null,
  ],
  [
    "with a version package from the linker, without its flags",
    "versioned",
    ["-trimpath", "-ldflags=-X example.com/Team/app/pkg/version.x.Version=v2.0.1"],
    "v2.0.1",
  ],
  ["with an embedded file VERSION", "embedding", ["-trimpath"], "v3.4.5"],
  ["with an embedded file VERSION, without symbols", "embedding", ["-ldflags=-s -w"], "v3.4.5"],
  ["with another variable from the linker", "app", ["-ldflags=-s -w -X main.other=v4.5.6"], null],
  ["with a version that the source alone sets", "versioned", ["-trimpath"], null],
  ["with a module replaced", "replaced", ["-ldflags=-s -w -X 'main.version=v1.2.3-rc.1'"], "v1.2.3-rc.1"],
];

describe("go version -m", { skip }, () => {
  for (const [name, source, flags, version] of rows) {
    it(name, () => {
      const program = join(folder, `program-${rows.findIndex((row) => row[0] === name)}`);
      go(join(folder, source), "build", ...flags, "-o", program, ".");
      const { packages } = catalog(program);
      const dependencies = packages.filter((pkg) => pkg.dependsOn === undefined);
      const names = dependencies.map(
        (pkg) => `${pkg.namespace === null ? "" : `${pkg.namespace}/`}${pkg.name}@${pkg.version}`,
      );
      assert.deepEqual(names.sort(), printed(program));
      assert.equal(packages.find((pkg) => pkg.dependsOn !== undefined)?.version ?? null, version);
    });
  }

  it("Go's own tools", () => {
    const program = join(go(folder, "env", "GOROOT").trim(), "bin/go");
    const { packages, problems } = catalog(program);
    assert.deepEqual(
      packages.map((pkg) => `${pkg.name}@${pkg.version}`),
      printed(program),
    );
    assert.deepEqual(problems, []);
  });
});

it("a program without build information is named: esbuild of this project", () => {
  const program = join(
    import.meta.dirname,
    `../../node_modules/@esbuild/${process.platform}-${process.arch}/bin/esbuild`,
  );
  assert.deepEqual(
    catalog(program).problems.map(({ code }) => code),
    ["BUILD_INFO_MISSING"],
  );
});
