/** `sprintf`, compared with what fmt.Sprintf of Go 1.26 prints. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { goFormat } from "./go-format.ts";

const rows: readonly (readonly [text: string, values: readonly unknown[], printed: string])[] = [
  ["%s has %d of %v", ["a", 3, 4], "a has 3 of 4"],
  ["%q %q", ['a"b\n', "é\u0000\u200b"], String.raw`"a\"b\n" "é\x00\u200b"`],
  ["%.2f%% below %v%%", [94.5, 100], "94.50% below 100%"],
  ["%.1f", [9.85], "9.8"],
  ["%5d|%-5d|%05d|%+d", [42, 42, -42, 42], "   42|42   |-0042|+42"],
  ["%x %X %x", [255, 255, "hi"], "ff FF 6869"],
  ["%v %v %v", [0.00001, 1e21, 2.5], "1e-05 1e+21 2.5"],
  ["%e %g %.3g", [12345.678, 12345.678, 12345.678], "1.234568e+04 12345.678 1.23e+04"],
  ["%d", [2.5], "%!d(float64=2.5)"],
  ["%d", ["x"], "%!d(string=x)"],
  ["%s", [5], "%!s(int64=5)"],
  ["%d %d", [1], "1 %!d(MISSING)"],
  ["%s", ["a", "b", 3], "a%!(EXTRA string=b, int64=3)"],
  ["%[2]s %[1]s", ["a", "b"], "b a"],
  ["%10s|%-10s|%.2s", ["ab", "ab", "abcd"], "        ab|ab        |ab"],
  ["100%", [], "100%!(NOVERB)"],
  ["%t", ["true"], "%!t(string=true)"],
  ["%c %U", [65, 65], "A U+0041"],
  ["%08.3f", [2.54321], "0002.543"],
  ["%*d", [6, 42], "    42"],
  ["%#v", ["a"], '"a"'],
  ["%b %o", [5, 8], "101 10"],
  ["%d", [1795262400000000001n], "1795262400000000001"],
  // Of Rego: what is no text and no number is printed as Rego writes it.
  ["%v %v %v", [true, null, { a: [1, "b"] }], 'true null {"a": [1, "b"]}'],
  // Go would say that a whole number is no float.
  ["%.1f", [10], "10.0"],
];

for (const [text, values, printed] of rows) {
  test(`sprintf ${JSON.stringify(text)}`, () => assert.equal(goFormat(text, values), printed));
}

test("a width without end is cut", () => assert.equal(goFormat("%999999999d", [1]).length, 10_000));
