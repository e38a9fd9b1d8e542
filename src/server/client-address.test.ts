import assert from "node:assert/strict";
import { test } from "node:test";
import { clientAddress, trustedProxies } from "./client-address.ts";

const proxies = ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"];
const rows: readonly (readonly [
  name: string,
  connection: string,
  forwarded: string | null,
  expected: string,
])[] = [
  ["without a proxy the connection counts", "203.0.113.9", null, "203.0.113.9"],
  ["who is no proxy is not believed", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["a proxy is believed", "192.0.2.1", "198.51.100.1", "198.51.100.1"],
  ["what the client wrote itself is not", "192.0.2.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"],
  ["a chain of proxies is followed", "192.0.2.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"],
  ["to its beginning at most", "192.0.2.1", "10.1.2.3, 10.1.2.4", "10.1.2.3"],
  ["words that are no address end it", "192.0.2.1", "198.51.100.1, unknown", "192.0.2.1"],
  ["a proxy that says nothing is the client", "192.0.2.1", null, "192.0.2.1"],
  ["IPv4 in IPv6 is the same proxy", "::ffff:192.0.2.1", "198.51.100.1", "198.51.100.1"],
  ["IPv6 proxies are followed", "2001:db8::7", "2001:db9::1", "2001:db9::1"],
];
for (const [name, connection, forwarded, expected] of rows) {
  test(name, () => {
    assert.equal(clientAddress(connection, forwarded, trustedProxies(proxies)), expected);
  });
}

test("without trusted proxies nobody is believed", () => {
  assert.equal(clientAddress("192.0.2.1", "198.51.100.1", trustedProxies([])), "192.0.2.1");
});

for (const word of ["proxy.example.com", "", "10.0.0.0/99", "10.0.0.0/x"]) {
  test(`"${word}" is no proxy`, () => {
    assert.throws(() => trustedProxies([word]));
  });
}
