import assert from "node:assert/strict";
import { test } from "node:test";
import { readHost } from "./registry-host.ts";

const rows: readonly (readonly [written: string, host: string, insecure: boolean | null])[] = [
  ["registry.example.com", "registry.example.com", null],
  [" 127.0.0.1:5000 ", "127.0.0.1:5000", null],
  ["https://registry.example.com/v2/", "registry.example.com", false],
  ["http://127.0.0.1:5000", "127.0.0.1:5000", true],
  ["[::1]:5000/acme", "[::1]:5000", null],
  ["", "", null],
];
for (const [written, host, insecure] of rows) {
  test(`${JSON.stringify(written)} names ${host === "" ? "nothing" : host}`, () =>
    assert.deepEqual(readHost(written), { host, insecure }));
}
