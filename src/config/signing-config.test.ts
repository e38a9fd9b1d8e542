import assert from "node:assert/strict";
import { test } from "node:test";
import { readSigningConfig } from "./signing-config.ts";

test("signing: paths are resolved, pairs are read, and the password of cosign is taken", () => {
  const config = readSigningConfig(
    {
      PLIMSOLL_TRUSTED_KEYS: "a.pub, /keys/b.pub",
      PLIMSOLL_TRUSTED_IDENTITIES:
        "https://github.com/org/* https://issuer.example,me@b.example https://x.example",
      PLIMSOLL_TRUST_ROOT: "root.json",
      PLIMSOLL_NOTATION_TRUST: "notation",
      PLIMSOLL_SIGN_KEY: "exec:./sign.sh",
      COSIGN_PASSWORD: "secret",
    },
    "/srv",
  );
  assert.deepEqual(config, {
    trustedKeys: ["/srv/a.pub", "/keys/b.pub"],
    trustedIdentities: [
      { subject: "https://github.com/org/*", issuer: "https://issuer.example" },
      { subject: "me@b.example", issuer: "https://x.example" },
    ],
    trustRoot: "/srv/root.json",
    notationTrust: "/srv/notation",
    signKey: "exec:./sign.sh",
    keyPassword: "secret",
  });
});

test("signing: nothing is trusted unless it is said", () => {
  const none = {
    trustedKeys: [],
    trustedIdentities: [],
    trustRoot: null,
    notationTrust: null,
    signKey: null,
    keyPassword: null,
  };
  assert.deepEqual(readSigningConfig({ PLIMSOLL_TRUST_ROOT: "", PLIMSOLL_SIGN_KEY: "" }, "/srv"), none);
});

for (const pair of ["me@b.example", "me@b.example https://x.example more"]) {
  test(`signing: "${pair}" is no identity with its issuer`, () => {
    assert.throws(() => readSigningConfig({ PLIMSOLL_TRUSTED_IDENTITIES: pair }, "/srv"), {
      code: "CONFIG_INVALID",
    });
  });
}
