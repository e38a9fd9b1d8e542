import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { samples } from "./fixtures/sample.ts";
import { otp } from "./index.ts";

describe("otp: applications", () => {
  const result = catalogSample(otp, samples[0]!);
  const find = (name: string) => result.packages.find((pkg) => pkg.name === name);

  it("is asked for application resources alone", () => {
    assert.ok(otp.wants("usr/lib/erlang/lib/ssl-10/ebin/ssl.app", "installed"));
    for (const path of ["ebin/../ssl.app", "x/ssl.app", "usr/lib/erlang/lib/ssl-10/ebin/ssl.appup"]) {
      assert.ok(!otp.wants(path, "installed"), path);
    }
    assert.ok(!otp.wants("lib/ssl/ebin/ssl.app", "sources"));
  });

  it("of Erlang, Elixir and of one's own", () => {
    assert.deepEqual(
      result.packages.map(({ purl, description, licenses }) => [purl, description, licenses]).sort(),
      [
        ["pkg:otp/acme@0.1.0", "An OTP library", ["Apache-2.0"]],
        ["pkg:otp/eex@1.14.0", "eex", []],
        ["pkg:otp/kernel@8.5.3", "ERTS  CXC 138 10", []],
        ["pkg:otp/stdlib@4.2", "ERTS  CXC 138 10", []],
        ["pkg:otp/tftp@1.0.3", "TFTP application", []],
      ],
    );
    assert.deepEqual(find("eex")?.dependsOn, ["pkg:otp/kernel@8.5.3", "pkg:otp/stdlib@4.2"]);
    assert.deepEqual([...(result.claims ?? [])].map(({ path }) => path).sort(), [
      "srv/_build/default/lib/acme",
      "usr/lib/elixir/lib/eex",
      "usr/lib/erlang/lib/kernel-8.5.3",
      "usr/lib/erlang/lib/stdlib-4.2",
      "usr/lib/erlang/lib/tftp-1.0.3",
    ]);
  });

  it("a release needs its own copies", () => {
    const app = (name: string, version: string) =>
      `{application,${name},[{vsn,"${version}"},{applications,[kernel]}]}.`;
    const { packages } = otp.catalog(
      [
        wantedFile("a/lib/kernel-1/ebin/kernel.app", app("kernel", "1")),
        wantedFile("b/lib/kernel-2/ebin/kernel.app", app("kernel", "2")),
        wantedFile("b/lib/x-1/ebin/x.app", app("x", "1")),
      ],
      { mode: "installed", distro: null, inspected: [] },
    );
    assert.deepEqual(packages.find(({ name }) => name === "x")?.dependsOn, ["pkg:otp/kernel@2"]);
  });

  it("a resource that is none loses only itself; nesting without end is no trouble", () => {
    const { packages, problems } = otp.catalog(
      [
        wantedFile("a/ebin/a.app", "{application,a,[{vsn,git}]}"),
        wantedFile("b/ebin/b.app", "[".repeat(500_000)),
        wantedFile("bb/ebin/bb.app", `"${'\\"'.repeat(300_000)}`),
        wantedFile("c/ebin/c.app", "{application,'C d',[{vsn,\"1\"}]}."),
        wantedFile("d/ebin/d.app", '{application,d,[{description,"a \\"b\\""},{vsn,"1"}'),
      ],
      { mode: "installed", distro: null, inspected: [] },
    );
    assert.deepEqual(
      packages.map(({ purl, description }) => [purl, description]),
      [
        ["pkg:otp/a@git", null],
        ["pkg:otp/d@1", 'a "b"'],
      ],
    );
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["b/ebin/b.app", "bb/ebin/bb.app", "c/ebin/c.app"],
    );
  });
});
