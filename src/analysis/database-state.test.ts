/** What the database cannot say of an image. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { pkg } from "../../test/helpers/matching.ts";
import type { Distro } from "../domain/package.ts";
import { describeDatabase } from "./database-state.ts";
import { fakeDatabase } from "./fixtures/database.ts";
import { matchSubjects } from "./match-packages.ts";

const debian: Distro = { id: "debian", versionId: "12", codename: null, name: "Debian 12", idLike: [] };

it("packages of other repositories are counted by repository, and those of the distribution not", () => {
  const deb = (name: string, version: string) =>
    pkg(name, version, { ecosystem: "deb", namespace: "debian" });
  const packages = [
    deb("nodejs", "20.1.0-1nodesource1"),
    deb("postgresql-16", "16.1-1.pgdg120+1"),
    deb("postgresql-client-16", "16.1-1.pgdg120+1"),
    deb("bash", "5.2.15-2+b2"),
  ];
  const options = { now: new Date("2026-11-21T12:00:00Z"), ageHoursMax: 24 };
  const state = describeDatabase(fakeDatabase([]).status, matchSubjects(packages, debian), options);
  assert.deepEqual(state.otherRepositories, [
    { repository: "NodeSource", packageCount: 1 },
    { repository: "apt.postgresql.org", packageCount: 2 },
  ]);
  const own = describeDatabase(fakeDatabase([]).status, matchSubjects(packages.slice(3), debian), options);
  assert.equal(own.otherRepositories, undefined);
});

it("what the distribution owns is no gap of the database where that knows the distribution", () => {
  const ownedBy = "pkg:deb/debian/python3-x@1";
  const owned = pkg("x", "1", { ecosystem: "pypi", purl: "pkg:pypi/x@1", ownedBy });
  const options = { now: new Date("2026-11-21T12:00:00Z"), ageHoursMax: 24 };
  const { status } = fakeDatabase([]);
  const missing = (spaces: readonly string[]) =>
    describeDatabase({ ...status, spaces }, matchSubjects([owned], debian), options).missingSpaces;
  assert.deepEqual(missing(["deb:debian:12"]), []);
  assert.deepEqual(missing(["pypi"]), []);
  assert.deepEqual(missing([]), ["pypi"]);
});
