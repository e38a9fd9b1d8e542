import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { catalogSample, lookInto, type EcosystemSample } from "../../../test/helpers/ecosystem-sample.ts";
import { elfFile, elfNote } from "../../../test/helpers/elf-file.ts";
import { findSignatures, signatures } from "./find-signatures.ts";
import { samples } from "./fixtures/sample.ts";
import { generic } from "./index.ts";

const image = (files: Readonly<Record<string, string | Uint8Array>>): EcosystemSample => ({
  mode: "installed",
  distro: null,
  files,
});
const found = (files: Readonly<Record<string, string | Uint8Array>>): readonly string[] =>
  catalogSample(generic, image(files)).packages.map(({ name, version }) => `${name}@${version}`);
const program = (text: string): Buffer => elfFile({ ".text": "\x90".repeat(64), ".rodata": `\0${text}\0` });

describe("signatures", () => {
  /** The bytes around the version as they stand in real programs that are too large to be downloaded by a test. */
  const rows: readonly (readonly [string, string, string])[] = [
    ["opt/bun", "Bun v1.4.5 (Linux x64)\0", "bun@1.4.5"],
    [
      "usr/bin/deno",
      "OTel-OTLP-Exporter-Deno/0.80.0grpc-timeout denover2.9.62.9.6+e518fbdDeno/2.9.6Deno/2.9.6+e518fbd",
      "deno@2.9.6",
    ],
    ["opt/dart", 'large"\x003.13.7 (stable) (Thu Oct 22 14:28:57 2026 -0700) on "linux_x64"', "dart@3.13.7"],
    [
      "usr/local/bin/envoy",
      "envoy.service.discovery.v3.Resource.name\x001.40.0\0 so a non-default value must now be",
      "envoy@1.40.0",
    ],
    ["opt/zig", "9.1\0zig 0.17.1\0' requires at least PTX ISA", "zig@0.17.1"],
    ["usr/bin/valkey-server", "00000000\x008.1.8\0UPSTART_JOB\0Upstart", "valkey@8.1.8"],
    ["usr/bin/redis-server", "modules\x006.2.5\0c11-builtin\0jemalloc-5.1.0", "redis@6.2.5"],
    ["usr/bin/redis-server", "%llx\0\x004.0.11841ce7054bd9-1542359302000000000\0", "redis@4.0.11"],
    ["usr/sbin/mysqld", "/export/home/release/mysql-8.0.36/sql/main.cc", "mysql@8.0.36"],
    ["usr/sbin/mysqld", "10.11.19-MariaDB", "mariadb@10.11.19"],
    ["usr/bin/mongod", "7.0.28\0heap_size", "mongodb@7.0.28"],
    ["usr/bin/openssl", "OpenSSL 1.1.1w  11 Sep 2023", "openssl@1.1.1w"],
    ["usr/bin/openssl", "LibreSSL 3.8.2", "libressl@3.8.2"],
    ["usr/bin/postgres", "postgres (PostgreSQL) 17beta1", "postgresql@17beta1"],
    ["usr/lib/libpython3.11.so.1.0", "/home/ada/.pyenv/versions/3.11.7", "python@3.11.7"],
    ["usr/bin/chrome", "\x00156.0.8078.79\0chrome", "chromium@156.0.8078.79"],
    ["usr/lib/erlang/erts-13/bin/beam.smp", "[async-threads:%d] [jit:ns%s]\n\x0025.2.3", "erlang@25.2.3"],
  ];
  for (const [path, text, expected] of rows) {
    it(`${expected} in ${path}`, () => assert.deepEqual(found({ [path]: program(text) }), [expected]));
  }

  const texts: readonly (readonly [string, string, string])[] = [
    ["usr/local/go/VERSION", "go1.22.5\ntime 2024-07-02\n", "go@1.22.5"],
    ["var/www/html/wp-includes/version.php", "<?php\n/** … */\n$wp_version = '6.4.3';\n", "wordpress@6.4.3"],
    ["app/web/core/lib/Drupal.php", "class Drupal {\n  const VERSION = '10.2.3';\n", "drupal@10.2.3"],
    ["usr/lib/elixir/lib/elixir/ebin/elixir.app", '{application,elixir,[{vsn,"1.14.0"},', "elixir@1.14.0"],
    [
      "opt/rabbit/plugins/rabbit/ebin/rabbit.app",
      '{application, rabbit, [{vsn, "3.12.1"}',
      "rabbitmq@3.12.1",
    ],
    [
      "usr/lib/firefox/application.ini",
      "[App]\nVendor=Mozilla\nName=Firefox\nRemotingName=firefox\nVersion=115.6.0\n",
      "firefox@115.6.0",
    ],
    [
      "usr/include/node/node_version.h",
      "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 20\n#define NODE_PATCH_VERSION 2\n",
      "node-headers@20.20.2",
    ],
    ["usr/lib/R/library/base/DESCRIPTION", "Package: base\nVersion: 4.2.2\nPriority: base\n", "r@4.2.2"],
  ];
  for (const [path, text, expected] of texts) {
    it(`${expected} in ${path}`, () => assert.deepEqual(found({ [path]: text }), [expected]));
  }

  it("are found by name: whole, with a star, by the end of a path", () => {
    const ids = (path: string): readonly string[] => findSignatures(path).map(({ id }) => id);
    assert.deepEqual(ids("usr/bin/nginx"), ["nginx", "openresty"]);
    assert.deepEqual(ids("lib/libssl.so.3"), ["openssl"]);
    assert.deepEqual(ids("wp-includes/version.php"), ["wordpress"]);
    for (const path of [
      "usr/bin/xnginx",
      "version.php",
      "x-wp-includes/version.php",
      "lib/libssl.a",
      "nginx/x",
    ])
      assert.deepEqual(ids(path), [], path);
  });

  it("are more than a hundred, each with a pattern that has a group and a name that can be looked up", () => {
    assert.ok(new Set(signatures.map(({ id }) => id)).size >= 100);
    for (const { id, files, tells, cpe } of signatures) {
      assert.match(id, /^[a-z0-9-]+$/);
      assert.ok(
        tells.length > 0 &&
          tells.every(({ version }) => version.source.includes("(") && version.flags === ""),
        id,
      );
      if (cpe !== null) assert.match(cpe, /^[a-z0-9_.\\!/-]+:[a-z0-9_.\\!/-]+$/);
      for (const file of files) {
        assert.ok(file.indexOf("*") === -1 || file.indexOf("*") >= 4, file);
        const found = findSignatures(`usr/${file.replace("*", "9")}`);
        assert.ok(
          found.some((signature) => signature.id === id),
          file,
        );
      }
    }
  });

  it("a version that stands across the border of two pieces is read", () => {
    const bytes = elfFile({ ".rodata": `${"x".repeat(1024 * 1024 - 12)}\0node.js/v18.20.4\0` });
    assert.deepEqual(found({ "usr/bin/node": bytes }), ["node@18.20.4"]);
  });

  it("a program for Windows is told by its name, and looked up as one", () => {
    const bytes = elfFile({ ".rodata": `\0node.js/v18.20.4\0` });
    const purls = (path: string) =>
      catalogSample(generic, { mode: "installed", distro: null, files: { [path]: bytes } }).packages.map(
        (pkg) => [pkg.purl, generic.lookUp(pkg, null).map(({ system }) => system)[0]],
      );
    assert.deepEqual(purls("opt/node.exe"), [["pkg:generic/node@18.20.4?os=windows", "windows"]]);
    assert.deepEqual(purls("opt/node"), [["pkg:generic/node@18.20.4", undefined]]);
  });

  it("instructions and texts of scripts are not searched", () => {
    assert.deepEqual(found({ "usr/bin/node": elfFile({ ".text": "node.js/v18.20.4", ".rodata": "x" }) }), []);
    // Every program that GCC compiled says so.
    assert.deepEqual(
      found({ "usr/bin/gcc-x": elfFile({ ".comment": "GCC: (GNU) 12.3.0", ".rodata": "x" }) }),
      [],
    );
    assert.deepEqual(found({ "usr/bin/node": "#!/bin/sh\nexec node.js/v18.20.4\n" }), []);
  });

  it("programs that do not tell are counted in one notice, without any path of their own", () => {
    const { packages, problems } = catalogSample(
      generic,
      image({ "usr/bin/node": program("x"), "usr/bin/git": program("y") }),
    );
    assert.deepEqual(packages, []);
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [["VERSION_INVALID", null]],
    );
    assert.match(problems[0]?.message ?? "", /^2 files/);
  });

  it("every package says that it was found by signature, with a CPE where there is one", () => {
    const { packages } = catalogSample(generic, samples[0]!);
    assert.ok(packages.length === 6 && packages.every(({ foundBy }) => foundBy === "signature"));
    assert.deepEqual(packages.find(({ name }) => name === "node")?.cpes, [
      "cpe:2.3:a:nodejs:node.js:18.20.4:*:*:*:*:*:*:*",
    ]);
  });
});

describe("Java runtimes", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["Temurin", 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n', "temurin@17.0.9"],
    ["Java 8", 'JAVA_VERSION="1.8.0_292"\nOS_NAME="Linux"\n', "openjdk@1.8.0_292"],
    [
      "GraalVM",
      'IMPLEMENTOR="GraalVM Community"\nJAVA_VERSION="21.0.1"\nGRAALVM_VERSION="23.1.1"\n',
      "graalvm@23.1.1",
    ],
    ["Corretto", 'IMPLEMENTOR="Amazon.com Inc."\nJAVA_VERSION="11.0.21"\n', "corretto@11.0.21"],
    ["Zulu", 'IMPLEMENTOR="Azul Systems, Inc."\r\nJAVA_VERSION="21.0.1"\r\n', "zulu@21.0.1"],
    ["Semeru", 'IMPLEMENTOR="IBM Corporation"\nJAVA_VERSION="17.0.9"\n', "semeru@17.0.9"],
    [
      "Oracle",
      'IMPLEMENTOR="Oracle Corporation"\nBUILD_TYPE="commercial"\nJAVA_VERSION="21.0.1"\n',
      "oracle-jdk@21.0.1",
    ],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () => assert.deepEqual(found({ "opt/java/release": text }), [expected]));
  }
  it("another file of that name", () => assert.deepEqual(found({ "etc/release": "NAME=x\n" }), []));
});

describe("kernels, notes and packed programs", () => {
  it("a kernel image for x86", () => {
    const bytes = Buffer.alloc(4096);
    bytes.write("HdrS", 0x202, "latin1");
    bytes.writeUInt16LE(0x400, 0x20e);
    bytes.write("6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP\0", 0x600, "latin1");
    const { packages } = catalogSample(generic, image({ "boot/vmlinuz-6.1.0-18-amd64": bytes }));
    assert.deepEqual(
      packages.map(({ purl, cpes }) => [purl, cpes]),
      [["pkg:generic/linux-kernel@6.1.0-18-amd64", ["cpe:2.3:o:linux:linux_kernel:6.1.0:*:*:*:*:*:*:*"]]],
    );
  });

  it("modules are one package for each kernel, by the list and by the modules themselves", () => {
    const module = elfFile({ ".modinfo": "license=GPL\0vermagic=5.10.0-28-amd64 SMP mod_unload\0" });
    module.writeUInt16LE(1, 16);
    const files = {
      "lib/modules/6.1.0-18-amd64/modules.dep": "x",
      "lib/modules/a/a.ko": module,
      "lib/modules/a/b.ko": module,
    };
    assert.deepEqual([...found(files)].sort(), [
      "linux-kernel-modules@5.10.0-28-amd64",
      "linux-kernel-modules@6.1.0-18-amd64",
    ]);
  });

  const note = (json: string): Buffer =>
    elfFile({ ".note.package": elfNote("FDO", 0xcafe_1a7e, json) }, { sizeBytes: 8192 });
  it("a package note is a package, where no signature tells more", () => {
    const json =
      '{"type":"rpm","os":"fedora","name":"nginx","version":"1.24.0-1.fc39","architecture":"x86_64"}\0\0';
    const { packages } = catalogSample(generic, image({ "opt/x": note(json) }));
    assert.deepEqual(
      packages.map(({ purl, architecture, foundBy }) => [purl, architecture, foundBy]),
      [["pkg:generic/fedora/nginx@1.24.0-1.fc39", "x86_64", "signature"]],
    );
    for (const broken of ["{", '{"name":"a"}', '{"name":"a b","version":"1"}', "[]"])
      assert.deepEqual(found({ "opt/x": note(broken) }), []);
  });

  it("what UPX has packed is said", () => {
    const bytes = elfFile({ ".rodata": "UPX!\r\x0c" }, { sizeBytes: 8192 });
    const { packages, problems } = catalogSample(generic, image({ "usr/bin/tool": bytes }));
    assert.deepEqual([packages.length, problems.map(({ code }) => code)], [0, ["EXECUTABLE_PACKED"]]);
  });

  it("nothing is looked at in source trees", () => {
    assert.equal(lookInto(generic, "usr/bin/node", program("node.js/v18.20.4"), "sources"), null);
  });
});
