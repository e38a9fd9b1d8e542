import assert from "node:assert/strict";
import { test } from "node:test";
import { hasHidden, printable } from "./printable.ts";

const rows: [name: string, text: string, shown: string][] = [
  ["plain text stays", "lodash@4.17.21 – grün 漢字 🚢", "lodash@4.17.21 – grün 漢字 🚢"],
  ["markup is text already", "<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["control characters", "a\u0000b\u001b[31mc\u007f", "a\\u{0}b\\u{1b}[31mc\\u{7f}"],
  ["line feeds and tabs are control characters", "a\r\n\tb", "a\\u{d}\\u{a}\\u{9}b"],
  ["C1 controls", "a\u009bb", "a\\u{9b}b"],
  ["what turns the direction of text", "a\u202egnp.exe\u2066\u061c", "a\\u{202e}gnp.exe\\u{2066}\\u{61c}"],
  ["what cannot be seen", "pay\u200bpal\ufeff\u00ad", "pay\\u{200b}pal\\u{feff}\\u{ad}"],
  ["tag characters beyond the first plane", "x\u{e0041}", "x\\u{e0041}"],
  ["half a character", "x\ud800y", "x\ufffdy"],
];

for (const [name, text, shown] of rows) {
  test(`printable: ${name}`, () => {
    assert.equal(printable(text), shown);
    assert.equal(hasHidden(text), text !== shown);
    // Asking twice gives the same answer: the expressions keep no place.
    assert.equal(hasHidden(text), text !== shown);
  });
}

test("printable: lines are kept where they are wanted", () => {
  assert.equal(printable("RUN a \\\n\tb\r\u0007", { lines: true }), "RUN a \\\n\tb\\u{d}\\u{7}");
});

test("printable: what is too long says how much is missing", () => {
  assert.equal(printable("abcdef", { charsMax: 4 }), "abcd… (2 more characters)");
  assert.equal(printable("abcd", { charsMax: 4 }), "abcd");
});
