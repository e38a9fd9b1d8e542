import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCopyright } from "./copyright.ts";

const HEAD = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n";

const rows: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "paragraphs about files",
    `${HEAD}\nFiles: *\nLicense: GPL-2+\n\nFiles: a\nLicense: Expat\n`,
    ["GPL-2.0-or-later", "MIT"],
  ],
  [
    "texts of licences that a paragraph names do not count again",
    `${HEAD}\nFiles: *\nLicense: GPL-1+ or Artistic\n\nLicense: GPL-1+\n text\n\nLicense: Artistic\n text\n`,
    ["GPL-1.0-or-later OR Artistic-1.0-Perl"],
  ],
  ["a licence of the whole in the head", `${HEAD}License: ISC\n`, ["ISC"]],
  ["texts alone", `${HEAD}\nLicense: Zlib\n text\n`, ["Zlib"]],
  [
    "lower case and old addresses",
    "format: http://dep.debian.net/deps/dep5/\n\nfiles: *\nlicense: BSD-3-clause\n",
    ["BSD-3-Clause"],
  ],
  [
    "references to common licences",
    "This is free; version 2.1, or any later version.\nSee `/usr/share/common-licenses/LGPL-2.1'.\n\nScripts: see /usr/share/common-licenses/GPL-2.\n",
    ["GPL-2.0-only", "LGPL-2.1-or-later"],
  ],
  [
    "references without a number",
    "see /usr/share/common-licenses/GPL, /usr/share/common-licenses/Apache-2.0",
    ["Apache-2.0", "GPL-1.0-or-later"],
  ],
  ["nothing", "Copyright 2020 somebody\n", []],
  ["an empty file", "", []],
];

describe("copyright files", () => {
  for (const [title, text, licenses] of rows)
    it(title, () => assert.deepEqual(readCopyright(text), licenses));

  it("are read in linear time", () => {
    readCopyright("/usr/share/common-licenses/GPL-2 later ".repeat(100_000));
    readCopyright(`${HEAD}\n${"License: GPL-2+\n\n".repeat(100_000)}`);
  });
});
