import assert from "node:assert/strict";
import { test } from "node:test";
import { fitsSubject, openTrust } from "./trust.ts";

const subjects: readonly (readonly [pattern: string, subject: string, fits: boolean])[] = [
  ["a@b.example", "a@b.example", true],
  ["a@b.example", "a@b.example.evil", false],
  ["a@b.example", "xa@b.example", false],
  ["https://github.com/org/*", "https://github.com/org/app/.github/workflows/release.yml@refs/tags/1", true],
  ["https://github.com/org/*", "https://github.com/organised/app", false],
  ["https://github.com/org/*", "https://evil.example/https://github.com/org/app", false],
  ["*@b.example", "a@b.example", true],
  ["*@b.example", "a@b.example@evil.example", false],
  ["https://*/app@refs/tags/*", "https://x/app@refs/tags/1", true],
  ["https://*/app@refs/tags/*", "https://x/app@refs/heads/main", false],
  ["a*a", "a", false],
  ["a.c", "abc", false],
];

for (const [pattern, subject, fits] of subjects) {
  test(`trust: ${subject} ${fits ? "fits" : "does not fit"} ${pattern}`, () => {
    assert.equal(fitsSubject(pattern, subject), fits);
  });
}

const issuer = "https://issuer.example";
const refused: readonly (readonly [
  name: string,
  subject: string,
  issuer: string,
  trustRoot: string | null,
])[] = [
  ["without an issuer (Kyverno CVE-2025-29778)", "a@b.example", "", "{}"],
  ["of anybody", "*", issuer, "{}"],
  ["without a subject", "", issuer, "{}"],
  ["without a trust root", "a@b.example", issuer, null],
];

for (const [name, subject, of, trustRoot] of refused) {
  test(`trust: an identity ${name} is refused`, () => {
    const identities = [{ subject, issuer: of }];
    assert.throws(() => openTrust({ keys: [], identities, trustRoot }), { code: "TRUST_INVALID" });
  });
}

test("trust: signers without end are refused", () => {
  const identities = Array.from({ length: 257 }, (_, at) => ({ subject: `a${at}@b.example`, issuer }));
  assert.throws(() => openTrust({ keys: [], identities, trustRoot: "{}" }), { code: "LIMIT_EXCEEDED" });
  openTrust({ keys: [], identities: identities.slice(1), trustRoot: "{}" });
});
