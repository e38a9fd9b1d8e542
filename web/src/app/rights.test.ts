/** What the dashboard offers is what the server allows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { roleMay, roles } from "../../../src/domain/roles.ts";
import { may, rights, rolesInOrder } from "./rights.ts";

test("the roles are the server's, in its order", () => {
  assert.deepEqual(rolesInOrder, roles);
});

for (const right of rights) {
  test(`${right}: the same roles as the server's`, () => {
    for (const role of roles) assert.equal(may(role, right), roleMay(role, right), role);
  });
}
