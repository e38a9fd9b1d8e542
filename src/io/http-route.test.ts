import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor, trustedAuthorities } from "./http-route.ts";

const proxy = "http://proxy.example.com:3128";
const rows: readonly (readonly [url: string, noProxy: string, direct: boolean])[] = [
  ["https://registry.example.com/v2/", "", false],
  ["https://registry.example.com/v2/", "example.com", true],
  ["https://registry.example.com/v2/", ".example.com", true],
  ["https://registry.example.com/v2/", "*.example.com", true],
  ["https://registry.example.com/v2/", "other.com, EXAMPLE.com", true],
  ["https://example.com/", ".example.com", true],
  ["https://notexample.com/", "example.com", false],
  ["https://registry.example.com:5000/", "registry.example.com:5000", true],
  ["https://registry.example.com:5000/", "registry.example.com:443", false],
  ["https://registry.example.com/", "registry.example.com:443", true],
  ["https://192.0.2.7/", "192.0.2.7", true],
  ["https://[2001:db8::1]/", "2001:db8::1", true],
  ["https://registry.example.com/", "*", true],
  ["https://10.1.2.3/", "10.0.0.0/8", true],
  ["https://11.1.2.3/", "10.0.0.0/8", false],
  ["https://10.1.2.3/", "192.168.0.0/16 10.1.2.0/24", true],
  ["https://10.1.2.3/", "10.1.2.3/32", true],
  ["https://10.1.2.3/", "0.0.0.0/0", true],
  ["https://10.1.2.3:5000/", "10.0.0.0/8:5000", true],
  ["https://10.1.2.3/", "10.0.0.0/8:5000", false],
  ["https://10.1.2.3/", "10.0.0.0/33", false],
  ["https://10.1.2.3/", "10.0.0.0/", false],
  ["https://[fd00::5]/", "fd00::/8", true],
  ["https://[fd00::5]/", "[fd00::]/8:443", true],
  ["https://[fe00::5]/", "fd00::/8", false],
  ["https://[fd00::5]:8443/", "[fd00::5]:8443", true],
  ["https://[fd00::5]:8443/", "[fd00::5]:443", false],
  ["https://[2001:db8::1]/", "2001:DB8:0:0::1", true],
  ["https://[::ffff:10.1.2.3]/", "10.0.0.0/8", true],
  ["https://registry.example.com/", "10.0.0.0/8,0.0.0.0/0", false],
  ["https://10.1.2.3/", "2.3", false],
  ["https://registry.example.com:5000/", "example.com:05000", true],
];
for (const [url, noProxy, isDirect] of rows) {
  test(`${url} with NO_PROXY="${noProxy}" goes ${isDirect ? "directly" : "by the proxy"}`, () => {
    const env = { HTTPS_PROXY: proxy, NO_PROXY: noProxy };
    assert.equal(proxyFor(new URL(url), env), isDirect ? null : proxy);
  });
}

test("each scheme has its proxy, lower case wins, and a bare host is one", () => {
  assert.equal(proxyFor(new URL("http://a.example"), { HTTPS_PROXY: proxy }), null);
  assert.equal(proxyFor(new URL("http://a.example"), { HTTP_PROXY: "x", http_proxy: "p:1" }), "http://p:1");
});

test("a file of authorities that is not there is said, by its variable", () => {
  assert.equal(trustedAuthorities(null, {}), null);
  assert.equal(trustedAuthorities(null, { SSL_CERT_FILE: "/a", NODE_EXTRA_CA_CERTS: "/a" }), null);
  assert.throws(() => trustedAuthorities(null, { PLIMSOLL_CA_FILE: "/nonexistent/ca.pem" }), {
    code: "CONFIG_INVALID",
    message: /PLIMSOLL_CA_FILE/,
  });
  assert.equal(trustedAuthorities({ ca: "an authority" }, {})?.at(-1), "an authority");
});
