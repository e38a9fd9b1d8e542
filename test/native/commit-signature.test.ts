/** `gpg.verify_commit`, by the `gpgv` of the machine: the key and the signature were made for this test and are used nowhere else. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CliContext } from "../../src/cli/context.ts";
import { answerCommit } from "../../src/cli/policy/evidence/commit-answer.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

const fingerprint = "2D1B500A752C8533775AD8C98D790DF8D3CC852A";
const commit = "tree 1\nauthor x\n\nmessage\n";
const signature = `-----BEGIN PGP SIGNATURE-----

iHUEABYIAB0WIQQtG1AKdSyFM3da2MmNeQ3408yFKgUCZZNSAAAKCRCNeQ3408yF
KsgLAP9e650PYvTZMxavmGXu96GLPKyAcXAx1C4ZxOdcFIC4agEAjgHCgZUwdK7p
EgcLQASeLmDsZo1M0hP70H1rR1XYFg4=
=R9ZQ
-----END PGP SIGNATURE-----
`;
const key = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZZIAgBYJKwYBBAHaRw8BAQdAYGi0Der6BAoij2znSMntt62uDpwASRWz6nr3
9mZ7lb60F1Rlc3QgPHRlc3RAZXhhbXBsZS5jb20+iJAEExYIADgWIQQtG1AKdSyF
M3da2MmNeQ3408yFKgUCZZIAgAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAK
CRCNeQ3408yFKucwAP9YrnaiBpgwpd47yvQWZNP2XJ/+tpSYRYDKnUM31xLoowEA
6y96ScSt8DoBYjC5F/Dq2JLDNncvACRVO1Wy2fBSdQU=
=gr+3
-----END PGP PUBLIC KEY BLOCK-----
`;
/** As Git keeps it. */
const signedCommit = commit.replace(
  "author x\n",
  `author x\ngpgsig ${signature.trimEnd().split("\n").join("\n ")}\n`,
);
const context = { config: { isOffline: true } } as unknown as CliContext;

const rows: readonly (readonly [what: string, args: readonly string[], expected: object | RegExp])[] = [
  ["signed", [commit, signature, key], { verified: true, signers: [fingerprint] }],
  ["in another order", [key, signature, commit], { verified: true, signers: [fingerprint] }],
  ["the signature in the commit", [signedCommit, "", key], { verified: true, signers: [fingerprint] }],
  [
    "another commit",
    [`${commit}x`, signature, key],
    { verified: false, error: "the signature is of another commit" },
  ],
  ["not signed", [commit, "", key], { verified: false, error: "the commit is not signed" }],
  ["no key", [commit, signature, ""], /public key/],
  ["a key that the module does not name", [commit, signature, `${key}\n`], /neither in the module/],
  ["an address, offline", [commit, signature, "https://example.com/key.asc"], /PLIMSOLL_OFFLINE/],
  ["a signature by SSH", [commit, "-----BEGIN SSH SIGNATURE-----", key], /none of OpenPGP/],
];

describe("signatures of commits", { skip: skipWithoutPrograms("gpgv") }, () => {
  for (const [what, args, expected] of rows) {
    it(what, async () => {
      const answer = answerCommit(context, args, [key, "https://example.com/key.asc"]);
      if (expected instanceof RegExp) await assert.rejects(answer, { message: expected });
      else assert.deepEqual(await answer, expected);
    });
  }
});
