import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { catalogSample, lookInto, viewOf } from "../../../test/helpers/ecosystem-sample.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { demoLibrary, depsJson, nuspec, samples } from "./fixtures/sample.ts";
import { nuget } from "./index.ts";
import { readVersionResource } from "./version-resource.ts";

function run(mode: CatalogMode, files: Readonly<Record<string, string | Uint8Array>>): CatalogResult {
  return catalogSample(nuget, { mode, distro: null, files });
}

function purls(result: CatalogResult): readonly string[] {
  return result.packages.map((pkg) => pkg.purl);
}

function codes(result: CatalogResult): readonly string[] {
  return result.problems.map((problem) => problem.code);
}

const hash = Buffer.alloc(64, 7).toString("base64");
const runtimeTarget = { name: ".NETCoreApp,Version=v3.1/linux-x64", signature: "" };

function deps(libraries: object, target: object): string {
  return JSON.stringify({ runtimeTarget, targets: { [runtimeTarget.name]: target }, libraries });
}

describe("what a program of .NET consists of", () => {
  it("is every package that brought files, with hashes and edges; the program itself is none", () => {
    const result = run("installed", { "app/Python.Runtime.deps.json": depsJson });
    // By the file's own lists, read by hand: Python.Runtime is the project.
    assert.deepEqual(purls(result), [
      "pkg:nuget/Microsoft.CSharp@4.7.0",
      "pkg:nuget/Microsoft.SourceLink.GitHub@10.0.401",
      "pkg:nuget/System.Buffers@4.6.1",
      "pkg:nuget/System.IO.Hashing@10.0.12",
      "pkg:nuget/System.Memory@4.6.3",
      "pkg:nuget/System.Numerics.Vectors@4.6.1",
      "pkg:nuget/System.Reflection.Emit@4.7.0",
      "pkg:nuget/System.Reflection.Emit.ILGeneration@4.7.0",
      "pkg:nuget/System.Runtime.CompilerServices.Unsafe@6.1.2",
    ]);
    const memory = result.packages.find((pkg) => pkg.name === "System.Memory");
    assert.deepEqual(memory?.dependsOn, [
      "pkg:nuget/System.Buffers@4.6.1",
      "pkg:nuget/System.Numerics.Vectors@4.6.1",
      "pkg:nuget/System.Runtime.CompilerServices.Unsafe@6.1.2",
    ]);
    const [digest] = result.packages[0]?.digests ?? [];
    const written =
      "pTj+D3uJWyN3My70i2Hqo+OXixq3Os2D1nJ2x92FFo6sk8fYS1m1WLNTs0Dc1uPaViH0YvEEwvzddQ7y4rhXmA==";
    assert.deepEqual(digest, { algorithm: "sha512", value: Buffer.from(written, "base64").toString("hex") });
    assert.deepEqual(result.problems, []);
  });

  it("leaves out what was only there to build with, and keeps packs of the runtime", () => {
    const text = deps(
      {
        "A/1.0.0": { type: "package" },
        "Meta/1.0.0": { type: "package" },
        "Build/1.0.0": { type: "package" },
        "Marker/1.0.0": { type: "package" },
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { type: "runtimepack" },
        "Ref/1.0.0": { type: "reference" },
      },
      {
        "A/1.0.0": { runtime: { "lib/A.dll": {} } },
        "Meta/1.0.0": { dependencies: { A: "1.0.0" } },
        "Build/1.0.0": {},
        "Marker/1.0.0": { runtime: { "lib/netstandard2.0/_._": {} } },
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { native: { "libcoreclr.so": {} } },
      },
    );
    const result = run("installed", { "app/x.deps.json": text });
    assert.deepEqual(purls(result), [
      "pkg:nuget/A@1.0.0",
      "pkg:nuget/Meta@1.0.0",
      "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1",
    ]);
    assert.deepEqual(result.packages[1]?.dependsOn, ["pkg:nuget/A@1.0.0"]);
  });

  it("names a shared runtime by its folder", () => {
    const text = deps(
      { "runtime.linux-x64.Microsoft.NETCore.App/3.1.23-servicing.1": { type: "package" } },
      { "runtime.linux-x64.Microsoft.NETCore.App/3.1.23-servicing.1": { native: { "libcoreclr.so": {} } } },
    );
    const path = "usr/share/dotnet/shared/Microsoft.NETCore.App/3.1.23/Microsoft.NETCore.App.deps.json";
    assert.ok(
      purls(run("installed", { [path]: text })).includes(
        "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@3.1.23",
      ),
    );
    assert.equal(purls(run("installed", { "app/Microsoft.NETCore.App.deps.json": text })).length, 1);
  });

  const broken: readonly (readonly [string, string, string])[] = [
    ["no JSON", "{", "PARSE_FAILED"],
    ["lists of another kind", '{"libraries":[],"targets":1}', "PARSE_FAILED"],
    ["a library without type", deps({ "A/1": {} }, {}), "RECORD_INVALID"],
    ["a library without version", deps({ A: { type: "package" } }, {}), "RECORD_INVALID"],
    ["a version with a space", deps({ "A/1 2": { type: "package" } }, {}), "RECORD_INVALID"],
  ];
  for (const [title, text, code] of broken)
    it(`${title} is a problem`, () =>
      assert.deepEqual(codes(run("installed", { "a.deps.json": text })), [code]));

  it("follows edges in a circle once", () => {
    const text = deps(
      { "A/1": { type: "package" }, "B/1": { type: "package" } },
      { "A/1": { dependencies: { B: "1" } }, "B/1": { dependencies: { A: "1" }, runtime: { "B.dll": {} } } },
    );
    assert.equal(run("installed", { "a.deps.json": text }).packages.length, 2);
  });
});

describe("assemblies", () => {
  it("are told by their version resource, and marked", () => {
    const [pkg, ...others] = run("installed", { "srv/Demo.Library.dll": demoLibrary }).packages;
    assert.deepEqual(others, []);
    assert.equal(pkg?.purl, "pkg:nuget/Demo.Library@2.3.1");
    assert.equal(pkg?.foundBy, "signature");
    assert.equal(pkg?.author, "Example people");
    assert.equal(pkg?.description, "A library of the demo");
  });

  it("are not listed where a program's list in the same folder or above explains them", () => {
    const text = deps(
      { "Demo/1.0.0": { type: "project" } },
      { "Demo/1.0.0": { runtime: { "bin/demo.library.DLL": {} } } },
    );
    for (const path of ["app/x.deps.json", "x.deps.json", "app/plugins/x.deps.json"])
      assert.deepEqual(
        purls(run("installed", { [path]: text, "app/plugins/Demo.Library.dll": demoLibrary })),
        [],
      );
    assert.equal(
      run("installed", { "other/x.deps.json": text, "app/Demo.Library.dll": demoLibrary }).packages.length,
      1,
    );
  });

  it("of a framework are left out", () => {
    assert.notEqual(lookInto(nuget, "a.dll", replaced("Example people", "Someone else"), "installed"), null);
    assert.equal(lookInto(nuget, "a.dll", replaced("Example people", ".NET Framework"), "installed"), null);
  });

  it("of Mono itself, satellites and stubs are not looked into", () => {
    const rows = [
      ["app/a.dll", 4096, true],
      ["app/A.EXE", 4096, true],
      ["app/a.dll", 100, false],
      ["app/de/a.resources.dll", 4096, false],
      ["usr/lib/mono/4.5/mcs.exe", 4096, false],
      ["app/a.so", 4096, false],
    ] as const;
    for (const [path, sizeBytes, wanted] of rows)
      assert.equal(nuget.inspect?.wants({ path, sizeBytes, mode: 0o644 }, "installed"), wanted, path);
    assert.equal(nuget.inspect?.wants({ path: "a.dll", sizeBytes: 4096, mode: 0o644 }, "sources"), false);
  });

  it("without code of .NET are left out", () => {
    const native = Buffer.from(demoLibrary);
    const optional = native.readUInt32LE(60) + 24;
    native.fill(0, optional + 96 + 14 * 8, optional + 96 + 15 * 8);
    assert.equal(readVersionResource(viewOf(native))?.isManaged, false);
    assert.equal(lookInto(nuget, "a.dll", native, "installed"), null);
  });

  it("never throw for changed bytes", () => {
    fc.assert(
      fc.property(
        fc.nat(demoLibrary.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        (at, change) => {
          const bytes = Buffer.from(demoLibrary);
          bytes.set(change.subarray(0, bytes.length - at), at);
          lookInto(nuget, "a.dll", bytes, "installed");
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("a resource folder that leads to itself ends", () => {
    const bytes = Buffer.from(demoLibrary);
    // Every entry of the resource section's first folder is made a folder at its own place.
    const at = bytes.indexOf(Buffer.from([0x10, 0, 0, 0, 0x18, 0, 0, 0x80]));
    assert.ok(at > 0);
    bytes.writeUInt32LE(0x80000000, at + 4);
    assert.equal(lookInto(nuget, "a.dll", bytes, "installed"), null);
  });
});

/** The library with a text in its resource replaced by one of the same length. */
function replaced(from: string, to: string): Buffer {
  const bytes = Buffer.from(demoLibrary);
  const at = bytes.indexOf(Buffer.from(from, "utf16le"));
  assert.ok(at > 0);
  bytes.write(to.padEnd(from.length), at, "utf16le");
  return bytes;
}

describe("restored packages and packages.config", () => {
  it("give licence, author, description and hash", () => {
    const [pkg] = run("installed", {
      "p/demo.core/1.4.0/demo.core.nuspec": nuspec,
      "p/demo.core/1.4.0/demo.core.1.4.0.nupkg.sha512": hash,
    }).packages;
    assert.deepEqual(pkg?.licenses, ["MIT OR Apache-2.0"]);
    assert.equal(pkg?.author, "Example people");
    assert.equal(pkg?.digests?.[0]?.value, "07".repeat(64));
  });

  it("wants a nuspec only where packages are restored to", () => {
    assert.equal(nuget.wants("p/demo.core/1.4.0/demo.core.nuspec", "installed"), true);
    assert.equal(nuget.wants("src/demo.core.nuspec", "installed"), false);
  });

  it("read packages.config in both modes", () => {
    const text = `<?xml version="1.0"?><packages><package id="jQuery" version="3.7.1" targetFramework="net48"/><package id="x"/></packages>`;
    for (const mode of ["installed", "sources"] as const) {
      const result = run(mode, { "web/packages.config": text });
      assert.deepEqual(purls(result), ["pkg:nuget/jQuery@3.7.1"]);
      assert.deepEqual(codes(result), ["RECORD_INVALID"]);
    }
  });
});

describe("source trees", () => {
  it("packages.lock.json: hashes and edges; projects of the build are no packages", () => {
    const result = catalogSample(nuget, samples[1]!);
    assert.deepEqual(purls(result), ["pkg:nuget/Demo.Core@1.4.0", "pkg:nuget/Newtonsoft.Json@13.0.3"]);
    assert.deepEqual(result.packages[0]?.dependsOn, ["pkg:nuget/Newtonsoft.Json@13.0.3"]);
    assert.deepEqual(result.problems, []);
  });

  it("project.assets.json", () => {
    const text = JSON.stringify({
      version: 3,
      targets: {
        "net8.0": {
          "A/1.0.0": { type: "package", dependencies: { B: "2.0.0" } },
          "B/2.0.0": { type: "package" },
          "Mine/1.0.0": { type: "project" },
        },
      },
      libraries: { "A/1.0.0": { sha512: hash, type: "package" }, "B/2.0.0": {} },
    });
    const result = run("sources", { "src/obj/project.assets.json": text });
    assert.deepEqual(purls(result), ["pkg:nuget/A@1.0.0", "pkg:nuget/B@2.0.0"]);
    assert.deepEqual(result.packages[0]?.dependsOn, ["pkg:nuget/B@2.0.0"]);
    assert.equal(result.packages[0]?.digests?.length, 1);
  });

  it("paket.lock: groups and other sources", () => {
    const text = `STORAGE: NONE
NUGET
  remote: https://api.nuget.org/v3/index.json
    Argu (6.1.1)
      FSharp.Core (>= 4.3.2)
    FSharp.Core (8.0.100) - restriction: >= netstandard2.0
GITHUB
  remote: fsprojects/FAKE
    modules/Octokit.fsx (a25c2f256a99242c1106b5a3478aae6bb68c7a93)
GROUP Build
NUGET
  remote: https://api.nuget.org/v3/index.json
    FSharp.Core (4.3.4)
`;
    const result = run("sources", { "paket.lock": text });
    assert.deepEqual(purls(result), [
      "pkg:nuget/Argu@6.1.1",
      "pkg:nuget/FSharp.Core@8.0.100",
      "pkg:nuget/FSharp.Core@4.3.4",
    ]);
    assert.deepEqual(result.packages[0]?.dependsOn, ["pkg:nuget/FSharp.Core@8.0.100"]);
    assert.deepEqual(codes(result), ["DEPENDENCY_UNPINNED"]);
  });

  const project = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><Serilog>3.1.1</Serilog></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Newtonsoft.Json" Version="13.0.3" />
    <PackageReference Include="Serilog"><Version>$(Serilog)</Version></PackageReference>
    <PackageReference Include="Dapper" />
    <PackageReference Include="Exact" Version="[2.0.0]" />
    <PackageReference Include="Floating" Version="1.*" />
    <PackageReference Include="Range" Version="[1.0,2.0)" />
    <PackageReference Include="Unknown" />
  </ItemGroup>
</Project>`;
  const central = `<Project><ItemGroup><PackageVersion Include="dapper" Version="2.1.24"/></ItemGroup></Project>`;

  it("a project without a lock file: exact versions, and a word about the others", () => {
    const result = run("sources", { "src/a/a.csproj": project, "Directory.Packages.props": central });
    assert.deepEqual(purls(result), [
      "pkg:nuget/Newtonsoft.Json@13.0.3",
      "pkg:nuget/Serilog@3.1.1",
      "pkg:nuget/Dapper@2.1.24",
      "pkg:nuget/Exact@2.0.0",
    ]);
    assert.deepEqual(codes(result), Array(4).fill("DEPENDENCY_UNPINNED"));
  });

  it("a project with a lock file is what the lock file says", () => {
    const locked = samples[1]?.files["src/packages.lock.json"] ?? "";
    const result = run("sources", { "src/a.csproj": project, "src/packages.lock.json": locked });
    assert.equal(result.packages.length, 2);
    assert.deepEqual(result.problems, []);
  });

  for (const path of ["a.csproj", "packages.lock.json", "obj/project.assets.json", "packages.config"])
    it(`${path} of other content is a problem`, () =>
      assert.deepEqual(codes(run("sources", { [path]: "<x>" })), ["PARSE_FAILED"]));
});

describe("look-up", () => {
  it("is without regard to case", () => {
    const [pkg] = run("sources", {
      "packages.config": `<packages><package id="jQuery" version="3.7.1"/></packages>`,
    }).packages;
    assert.deepEqual(nuget.lookUp(pkg!, null), [
      { space: "nuget", name: "jquery", version: "3.7.1", by: "package" },
    ]);
  });
});
