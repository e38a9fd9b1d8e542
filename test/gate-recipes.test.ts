/** The recipes for admission controllers ask for what a signed verdict holds, under the names that it has there. */
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { gateVerdictType, readGateVerdict, type GateVerdict } from "../src/attestations/gate-verdict.ts";
import { readStatement, writeStatement } from "../src/attestations/statement.ts";
import { repositoryRoot } from "./helpers/run-plimsoll.ts";

const verdict: GateVerdict = {
  tool: { name: "plimsoll", version: "1" },
  issuer: "https://plimsoll.example.com",
  organisation: "acme",
  environment: "production",
  decision: "admit",
  causes: [],
  policy: { digest: "sha256:0" },
  database: null,
  evaluatedAt: null,
  demonstration: false,
  issuedAt: "2026-11-22T12:00:00Z",
  expiresAt: "2026-11-22T13:00:00Z",
};

// eslint-disable-next-line typescript/no-explicit-any
function readRecipe(name: string): { readonly text: string; readonly document: any } {
  const text = readFileSync(join(repositoryRoot, "docs/guide/gates", name), "utf8");
  return { text, document: parse(text) };
}

const recipes: readonly (readonly [
  name: string,
  // eslint-disable-next-line typescript/no-explicit-any
  parts: (document: any) => { readonly type: string; readonly key: string },
])[] = [
  [
    "kyverno.yaml",
    ({ spec }) => ({ type: spec.attestations[0].intoto.type, key: spec.attestors[0].cosign.key.data }),
  ],
  [
    "policy-controller.yaml",
    ({ spec: { authorities } }) => ({
      type: authorities[0].attestations[0].predicateType,
      key: authorities[0].key.data,
    }),
  ],
];
for (const [name, parts] of recipes) {
  test(`${name} asks for what is in a verdict`, () => {
    const { text, document } = readRecipe(name);
    const { type, key } = parts(document);
    assert.equal(type, gateVerdictType);
    assert.equal(createPublicKey(key).asymmetricKeyType, "ec");
    const statement = readStatement(
      writeStatement({ name: "", digest: `sha256:${"a".repeat(64)}` }, type, verdict),
    );
    const said = readGateVerdict(statement) as unknown as Readonly<Record<string, unknown>>;
    const asked = [...text.matchAll(/\bverdict\.([A-Za-z]+)/g)].map(([, field = ""]) => field);
    assert.deepEqual([...new Set(asked)].toSorted(), ["decision", "environment", "expiresAt"]);
    for (const field of asked) assert.notEqual(said[field] ?? null, null, field);
    assert.match(text, /"admit"/);
  });
}
