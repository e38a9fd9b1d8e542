import assert from "node:assert/strict";
import { test } from "node:test";
import { isOnlyOwner, roleOptions } from "./role-words.ts";

const ann = { accountId: "1", role: "owner" } as const;
const bob = { accountId: "2", role: "owner" } as const;
const cat = { accountId: "3", role: "viewer" } as const;

test("the only owner is known", () => {
  assert.equal(isOnlyOwner(ann, [ann, cat]), true);
  assert.equal(isOnlyOwner(ann, [ann, bob, cat]), false);
  assert.equal(isOnlyOwner(cat, [ann, cat]), false);
});

test("roles are offered weakest first", () => {
  assert.deepEqual(
    roleOptions.map(({ label }) => label),
    ["Viewer", "Developer", "Editor", "Security", "Owner"],
  );
});
