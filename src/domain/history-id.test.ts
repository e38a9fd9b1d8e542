import assert from "node:assert/strict";
import { test } from "node:test";
import { historyIds } from "./history-id.ts";

const step = (createdBy: string | null, emptyLayer = false) => ({ createdBy, emptyLayer });

test("history IDs: what is built on an image begins with all of its own", () => {
  const base = historyIds([step("ADD rootfs"), step('CMD ["sh"]', true)]);
  const app = historyIds([step("ADD rootfs"), step('CMD ["sh"]', true), step("USER app", true)]);
  assert.deepEqual(app.slice(0, 2), base);
  assert.equal(app.length, 3);
});

test("history IDs: a sibling parts where its steps do", () => {
  const one = historyIds([step("COPY . ."), step("LABEL commit=1", true)]);
  const two = historyIds([step("COPY . ."), step("LABEL commit=2", true)]);
  assert.equal(one[0], two[0]);
  assert.notEqual(one[1], two[1]);
  assert.notDeepEqual(historyIds([step("x", true)]), historyIds([step("x")]));
  assert.deepEqual(historyIds([]), []);
});
