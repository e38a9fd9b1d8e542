import assert from "node:assert/strict";
import { test } from "node:test";
import { disarmCommands } from "./runner-commands.ts";

const rows = [
  ["::error::x", "\\u{3a}:error::x"],
  ["a\n  ::set-output name=a::b", "a\n  \\u{3a}:set-output name=a::b"],
  ["\u001b[31m::stop\u001b[39m", "\u001b[31m\\u{3a}:stop\u001b[39m"],
  ["a ##[group]b ###[x] ##vso[task.x]", "a #\\u{23}[group]b ##\\u{23}[x] #\\u{23}vso[task.x]"],
  ["std::string ## heading a:: b", "std::string ## heading a:: b"],
] as const;

for (const [text, expected] of rows) {
  test(`disarmCommands: ${JSON.stringify(text)}`, () => assert.equal(disarmCommands(text), expected));
}
