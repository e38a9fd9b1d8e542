import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { locked, samples } from "./fixtures/sample.ts";
import { opam } from "./index.ts";
import { readOpamFile } from "./opam-file.ts";

describe("opam", () => {
  it("wants switches of images and locked definitions of source trees", () => {
    assert.ok(opam.wants("root/.opam/default/.opam-switch/switch-state", "installed"));
    assert.ok(opam.wants("root/.opam/default/.opam-switch/packages/a.1/opam", "installed"));
    assert.ok(!opam.wants("root/.opam/repo/default/packages/a/a.1/opam", "installed"));
    assert.ok(opam.wants("app.opam.locked", "sources") && !opam.wants("app.opam", "sources"));
  });

  it("lists what a switch has installed", () => {
    const { packages, problems } = catalogSample(opam, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses, author, description, dependsOn = [] }) => [
        purl,
        licenses,
        author,
        description,
        dependsOn,
      ]),
      [
        [
          "pkg:opam/alpha@1.2.0",
          ["ISC", "MIT"],
          "Ann <ann@example.org>, Bob",
          "Does alpha",
          ["pkg:opam/beta@2.0~rc1"],
        ],
        [
          "pkg:opam/beta@2.0~rc1",
          ["LGPL-2.1-or-later WITH OCaml-LGPL-linking-exception"],
          "Bob",
          "Does beta",
          [],
        ],
      ],
    );
  });

  it("lists a package without its definition, and what a lock file pins", () => {
    const state = wantedFile("s/.opam-switch/switch-state", 'installed: ["a.1" "bad" "b.2.0"]');
    const installed = opam.catalog([state], { mode: "installed", distro: null, inspected: [] });
    assert.deepEqual(
      installed.packages.map(({ purl }) => purl),
      ["pkg:opam/a@1", "pkg:opam/b@2.0"],
    );
    assert.deepEqual(
      installed.problems.map(({ code }) => code),
      ["RECORD_INVALID"],
    );
    const files = [wantedFile("app.opam.locked", locked), wantedFile("b.opam.locked", "nothing")];
    const pinned = opam.catalog(files, { mode: "sources", distro: null, inspected: [] });
    assert.deepEqual(
      pinned.packages.map(({ purl }) => purl),
      ["pkg:opam/alpha@1.2.0", "pkg:opam/beta@2.0~rc1"],
    );
    assert.deepEqual(
      pinned.problems.map(({ code }) => code),
      ["DEPENDENCY_UNPINNED", "PARSE_FAILED"],
    );
  });

  for (const piece of ["{", '"""', '\\"', '"a" {= ']) {
    it(`reads ${JSON.stringify(piece)} without end`, () => {
      assert.ok(readOpamFile(`a: "${piece.repeat(200_000)}`).size <= 1);
    });
  }
});
