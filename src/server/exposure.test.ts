import assert from "node:assert/strict";
import { test } from "node:test";
import { checkExposure } from "./exposure.ts";

const https = "https://plimsoll.example.com";
const rows: readonly (readonly [
  name: string,
  host: string,
  publicUrl: string | null,
  allowed: boolean,
  outcome: "quiet" | "warned" | "refused",
  hasTls?: true,
])[] = [
  ["loopback", "127.0.0.1", null, false, "quiet"],
  ["loopback of IPv6", "::1", null, false, "quiet"],
  ["the name of loopback", "localhost", null, false, "quiet"],
  ["every address", "0.0.0.0", null, false, "refused"],
  ["every address of IPv6", "::", null, false, "refused"],
  ["an address of a network", "192.0.2.7", null, false, "refused"],
  [
    "plain http in the public address changes nothing",
    "0.0.0.0",
    "http://plimsoll.example.com",
    false,
    "refused",
  ],
  ["behind a proxy that ends TLS", "0.0.0.0", https, false, "warned"],
  ["with TLS of its own", "0.0.0.0", null, false, "quiet", true],
  ["allowed in so many words", "0.0.0.0", null, true, "warned"],
];

for (const [name, host, publicUrl, allowPlainHttp, outcome, hasTls = false] of rows) {
  test(`${name}: ${outcome}`, () => {
    const check = () => checkExposure({ host, publicUrl, allowPlainHttp, hasTls });
    if (outcome === "refused") assert.throws(check, { code: "SERVER_INSECURE" });
    else assert.equal(check() !== null, outcome === "warned");
  });
}
