import assert from "node:assert/strict";
import { test } from "node:test";
import { parseChallenge } from "./challenge.ts";

test("challenges of registries", () => {
  const bearer = (realm: string, service: string | null, scope: string | null) => ({
    kind: "bearer",
    realm,
    service,
    scope,
  });
  const rows: readonly (readonly [string, unknown])[] = [
    ['Basic realm="a, Bearer realm=b"', { kind: "basic" }],
    ["basic", { kind: "basic" }],
    [
      'Bearer realm="https://auth.example/token",service="s",scope="repository:a/b:pull,push"',
      bearer("https://auth.example/token", "s", "repository:a/b:pull,push"),
    ],
    ['bearer REALM="https://a/t" , Service=s', bearer("https://a/t", "s", null)],
    ['Basic realm="x", Bearer realm="https://a/t"', bearer("https://a/t", null, null)],
    ['Bearer realm="a\\"b"', bearer('a"b', null, null)],
    ['Bearer realm="unclosed', bearer("unclosed", null, null)],
    ['Bearer service="s"', null],
    ["Negotiate", null],
    ["", null],
    [",,,===", null],
    [`Bearer ${"a".repeat(100_000)}`, null],
  ];
  for (const [header, expected] of rows)
    assert.deepEqual(parseChallenge(header), expected, header.slice(0, 60));
});
