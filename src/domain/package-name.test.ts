import assert from "node:assert/strict";
import { test } from "node:test";
import { packageName } from "./package-name.ts";

for (const [ecosystem, namespace, name, expected] of [
  ["npm", "@types", "node", "@types/node"],
  ["npm", null, "node", "node"],
  ["golang", "golang.org/x", "net", "golang.org/x/net"],
  ["golang", null, "stdlib", "stdlib"],
  ["maven", "org.slf4j", "slf4j-api", "org.slf4j:slf4j-api"],
  ["composer", "symfony", "http-kernel", "symfony/http-kernel"],
  ["deb", "debian", "libssl3", "libssl3"],
  ["rpm", "rhel", "openssl", "openssl"],
  ["generic", "windows", "dotnet", "dotnet"],
] as const)
  test(`${ecosystem} ${namespace ?? "without a name space"} ${name}: ${expected}`, () => {
    assert.equal(packageName({ ecosystem, namespace, name }), expected);
  });
