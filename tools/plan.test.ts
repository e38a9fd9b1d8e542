/** The plan finds what it forbids of the dashboard, and nothing else: a small tree with an offence of each kind, checked apart. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const program = join(import.meta.dirname, "plan.ts");

const tree: Record<string, string> = {
  "tsconfig.json": "{}",
  "src/api/shapes.ts": "export interface Shape { readonly a: 1 }\nexport const one = 1;\n",
  "src/domain/x.ts": "export type X = 1;\n",
  // allowed: types of the API; anything in a test
  "web/src/types.ts": 'import type { Shape } from "../../src/api/shapes.ts";\nexport type Own = Shape;\n',
  "web/src/types.test.ts": 'import { one } from "../../src/api/shapes.ts";\nexport const two = one;\n',
  // forbidden
  "web/src/api-code.ts": 'import { one } from "../../src/api/shapes.ts";\nexport const two = one;\n',
  "web/src/other-area.tsx": 'import type { X } from "../../src/domain/x.ts";\nexport type Own = X;\n',
  "web/src/node.ts": 'import { join } from "node:path";\nexport const two = join;\n',
  "src/domain/web.ts": 'export type { Own } from "../../web/src/types.ts";\n',
};

const violations = [
  "nobody-imports-web: src/domain/web.ts -> web/src/types.ts",
  "web-imports-types-only: web/src/api-code.ts -> src/api/shapes.ts",
  "web-knows-the-api-only: web/src/other-area.tsx -> src/domain/x.ts",
  "web-runs-in-a-browser: web/src/node.ts -> path",
];

test("the dashboard imports types of the API and no more, and nobody imports the dashboard", () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-plan-"));
  try {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [program, `--root=${folder}`], {
      encoding: "utf8",
    });
    const found = stdout.split("\n").filter((line) => line.includes(" -> "));
    assert.deepEqual(found.sort(), violations, `${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
