import assert from "node:assert/strict";
import { test } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { withEdges } from "./dependency-edges.ts";
import { digestOf, packageOf } from "./package-of.ts";
import { unpinnedProjects } from "./unpinned.ts";

const file = wantedFile("a", "");
const node = (name: string, needs: readonly string[], names: readonly string[] = [name]) => ({
  pkg: packageOf(file, { type: "gem", name, version: "1" }),
  names,
  needs,
});

test("edges: names become purls, sorted and unique; what is not there and itself are left out", () => {
  const packages = withEdges([
    node("a", ["c", "b", "b", "missing", "a"]),
    node("b", [], ["b", "c"]),
    node("c", []),
  ]);
  assert.deepEqual(
    packages.map(({ dependsOn }) => dependsOn),
    [["pkg:gem/b@1", "pkg:gem/c@1"], undefined, undefined],
  );
});

test("digests are lower-case hexadecimal of the right length, or none", () => {
  assert.deepEqual(digestOf("md5", "D41D8CD98F00B204E9800998ECF8427E"), {
    algorithm: "md5",
    value: "d41d8cd98f00b204e9800998ecf8427e",
  });
  for (const value of ["", "d41d", "z41d8cd98f00b204e9800998ecf8427e", 7, null]) {
    assert.equal(digestOf("md5", value), null);
  }
});

test("projects without a lock file beside or above them are named, those without dependencies not", () => {
  const project = {
    manifest: "Gemfile",
    locks: ["Gemfile.lock"],
    hasDependencies: (text: string) => text !== "",
  };
  const files = [
    wantedFile("a/Gemfile", "gem"),
    wantedFile("b/Gemfile", "gem"),
    wantedFile("b/Gemfile.lock", ""),
    wantedFile("b/c/Gemfile", "gem"),
    wantedFile("d/Gemfile", ""),
  ];
  assert.deepEqual(
    unpinnedProjects(files, project).map(({ code, path }) => [code, path]),
    [["DEPENDENCY_UNPINNED", "a/Gemfile"]],
  );
});
