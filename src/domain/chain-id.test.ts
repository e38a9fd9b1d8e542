import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { chainIds } from "./chain-id.ts";

const one = `sha256:${"1".repeat(64)}`;
const two = `sha256:${"2".repeat(64)}`;
const three = `sha256:${"3".repeat(64)}`;
const link = (below: string, diffId: string) =>
  `sha256:${createHash("sha256").update(`${below} ${diffId}`).digest("hex")}`;

test("chain IDs: no layers have none, the first layer's is its diff ID", () => {
  assert.deepEqual(chainIds([]), []);
  assert.deepEqual(chainIds([one]), [one]);
});

test("chain IDs: each names its layer and all below it, in their order", () => {
  const upper = link(one, two);
  assert.deepEqual(chainIds([one, two, three]), [one, upper, link(upper, three)]);
  assert.notEqual(chainIds([two, one])[1], upper);
});
