import assert from "node:assert/strict";
import { test } from "node:test";
import { hasHidden, printable } from "./printable.ts";

const rows: [name: string, text: string, shown: string][] = [
  ["plain text stays", "lodash@4.17.21 – grün 漢字 🚢", "lodash@4.17.21 – grün 漢字 🚢"],
  ["markup is text already", "<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["control characters get their pictures", "a\u0000b\u001b[31mc\u007f", "a␀b␛[31mc␡"],
  ["line feeds and tabs are control characters", "a\r\n\tb", "a␍␊␉b"],
  ["C1 controls get their code", "a\u009bb", "a⟨U+009B⟩b"],
  ["what turns the direction of text", "a\u202egnp.exe\u2066\u061c", "a⟨U+202E⟩gnp.exe⟨U+2066⟩⟨U+061C⟩"],
  ["what cannot be seen", "pay\u200bpal\ufeff\u00ad", "pay⟨U+200B⟩pal⟨U+FEFF⟩⟨U+00AD⟩"],
  ["tag characters beyond the first plane", "x\u{e0041}", "x⟨U+E0041⟩"],
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
  assert.equal(printable("RUN a \\\n\tb\r\u0007", { lines: true }), "RUN a \\\n\tb␍␇");
});

test("printable: what is too long says how much is missing", () => {
  assert.equal(printable("abcdef", { charsMax: 4 }), "abcd… (2 more characters)");
  assert.equal(printable("abcd", { charsMax: 4 }), "abcd");
});
