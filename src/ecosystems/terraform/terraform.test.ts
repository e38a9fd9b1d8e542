import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogResult } from "../types.ts";
import { lock } from "./fixtures/sample.ts";
import { terraform } from "./index.ts";

function read(text: string): CatalogResult {
  return terraform.catalog([wantedFile(".terraform.lock.hcl", text)], {
    mode: "sources",
    distro: null,
    inspected: [],
  });
}

describe("terraform", () => {
  it("wants lock files of source trees", () => {
    assert.ok(
      terraform.wants(".terraform.lock.hcl", "sources") &&
        terraform.wants("a/.terraform.lock.hcl", "sources"),
    );
    assert.ok(
      !terraform.wants(".terraform.lock.hcl", "installed") &&
        !terraform.wants("a.terraform.lock.hcl", "sources"),
    );
  });

  it("lists providers with the sums of their archives", () => {
    const { packages, problems } = read(lock);
    assert.deepEqual(
      packages.map(({ purl, digests }) => [purl, digests?.length ?? 0]),
      [
        ["pkg:terraform/hashicorp/aws@5.31.0", 2],
        ["pkg:terraform/integrations/github@6.0.0-beta?repository_url=https:%2F%2Fregistry.opentofu.org", 0],
      ],
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(terraform.lookUp(packages[0]!, null), [
      { space: "terraform", name: "hashicorp/aws", version: "5.31.0", by: "package" },
    ]);
  });

  it("a bad provider loses only itself", () => {
    const { packages, problems } = read(
      'provider "a/b" {\n version = "1.0.0"\n}\nprovider "h/a/b" {\n version = "2.0.0"\nprovider "h/a/c" {\n}\nstray\n',
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:terraform/a/b@2.0.0?repository_url=https:%2F%2Fh"],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID", "RECORD_INVALID", "RECORD_INVALID"],
    );
  });
});
