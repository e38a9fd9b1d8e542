import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppliedParts } from "../store/stores/database-parts.ts";
import { changedParts } from "./database-parts.ts";

function parts(
  content: Readonly<Record<string, readonly [content: string, ...spaces: string[]]>>,
): AppliedParts {
  const rows = Object.entries(content).map(
    ([name, [text, ...spaces]]) => [name, { content: text, spaces }] as const,
  );
  return { digest: JSON.stringify(content), program: "p", parts: Object.fromEntries(rows) };
}

const before = parts({ "osv/npm": ["1", "npm"], "osv/Debian": ["1", "deb:debian:12"], "kev/": ["1"] });
const rows: readonly (readonly [
  name: string,
  after: AppliedParts,
  spaces: readonly string[],
  contexts: boolean,
])[] = [
  ["the same", before, [], false],
  [
    "one part changed",
    parts({ "osv/npm": ["2", "npm"], "osv/Debian": ["1", "deb:debian:12"], "kev/": ["1"] }),
    ["npm"],
    false,
  ],
  [
    "a part is new",
    parts({
      "osv/npm": ["1", "npm"],
      "osv/Debian": ["1", "deb:debian:12"],
      "kev/": ["1"],
      "alpine/": ["1", "apk:alpine:3.20"],
    }),
    ["apk:alpine:3.20"],
    false,
  ],
  ["a part is gone", parts({ "osv/npm": ["1", "npm"], "kev/": ["1"] }), ["deb:debian:12"], false],
  [
    "a space moved to another part",
    parts({ "osv/npm": ["2"], "osv/Debian": ["2", "deb:debian:12", "npm"], "kev/": ["1"] }),
    ["deb:debian:12", "npm"],
    false,
  ],
  [
    "KEV alone",
    parts({ "osv/npm": ["1", "npm"], "osv/Debian": ["1", "deb:debian:12"], "kev/": ["2"] }),
    [],
    true,
  ],
];
for (const [name, after, spaces, contexts] of rows) {
  test(`parts of databases: ${name}`, () => {
    assert.deepEqual(changedParts(before, after), { spaces, contexts, ratings: false });
  });
}

test("parts of databases: what rates vulnerabilities may turn findings of any package", () => {
  const withNvd = (content: string): AppliedParts => ({
    ...before,
    parts: { ...before.parts, "nvd/2024": { content, spaces: [], rates: true } },
  });
  const changes = { spaces: [], contexts: false };
  assert.deepEqual(changedParts(before, withNvd("1")), { ...changes, ratings: true });
  assert.deepEqual(changedParts(withNvd("1"), withNvd("2")), { ...changes, ratings: true });
  assert.deepEqual(changedParts(withNvd("1"), before), { ...changes, ratings: true });
  assert.deepEqual(changedParts(withNvd("1"), withNvd("1")), { ...changes, ratings: false });
});
