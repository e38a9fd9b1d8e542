import assert from "node:assert/strict";
import { test } from "node:test";
import { readRepository } from "./repository-name.ts";

const hosts = ["127.0.0.1:5000", "registry.example.com"];
const rows: readonly (readonly [written: string, registry: string | null, name: string])[] = [
  ["acme/my-app", null, "acme/my-app"],
  [" acme/my-app ", null, "acme/my-app"],
  ["ACME/My-App", null, "acme/my-app"],
  ["acme/my-app:1.2", null, "acme/my-app"],
  ["acme/my-app:", null, "acme/my-app"],
  [`acme/my-app@sha256:${"a".repeat(64)}`, null, "acme/my-app"],
  ["registry.example.com/acme/my-app:1.2", "registry.example.com", "acme/my-app"],
  ["127.0.0.1:5000/acme/my-app", "127.0.0.1:5000", "acme/my-app"],
  ["docker://127.0.0.1:5000/acme/my-app:1", "127.0.0.1:5000", "acme/my-app"],
  ["https://registry.example.com/acme/my-app/", "registry.example.com", "acme/my-app"],
  ["elsewhere.example.com/acme/my-app", null, "elsewhere.example.com/acme/my-app"],
  ["", null, ""],
];
for (const [written, registry, name] of rows) {
  test(`${JSON.stringify(written)} is ${name} in ${registry ?? "no registry that is named"}`, () =>
    assert.deepEqual(readRepository(written, hosts), { registry, name }));
}
