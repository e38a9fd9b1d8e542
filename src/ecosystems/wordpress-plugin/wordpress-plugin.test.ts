import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { samples } from "./fixtures/sample.ts";
import { wordpressPlugin } from "./index.ts";

describe("wordpress-plugin", () => {
  it("wants the files where WordPress looks for plugins", () => {
    for (const path of ["wp-content/plugins/hello.php", "srv/wp-content/plugins/a/a.php"]) {
      assert.ok(wordpressPlugin.wants(path, "installed"), path);
    }
    for (const path of ["wp-content/plugins/a/b/c.php", "wp-content/themes/a/a.php", "plugins/a/a.php"]) {
      assert.ok(!wordpressPlugin.wants(path, "installed"), path);
    }
  });

  it("reads the header", () => {
    const { packages, problems, claims } = catalogSample(wordpressPlugin, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses, author, description }) => [purl, licenses, author, description]),
      [["pkg:wordpress-plugin/the-basics@1.10.3", ["GPL-2.0-or-later"], "Ann Smith", "My Basics Plugin"]],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ path }) => path),
      ["var/www/html/wp-content/plugins/the-basics"],
    );
  });

  const headers: readonly (readonly [string, string | null | undefined])[] = [
    ["<?php /* Plugin Name: A\nVersion: 1.0 */", "1.0"],
    ["<?php\r// Plugin Name: A\r// version: 2.0\r", "2.0"],
    ["<?php\n# Plugin Name: A\n", null],
    [`<?php\n${" ".repeat(8192)}\n// Plugin Name: A\n// Version: 1\n`, undefined],
  ];
  for (const [text, version] of headers) {
    it(JSON.stringify(text.slice(0, 40)), () => {
      const { packages, problems } = wordpressPlugin.catalog([wantedFile("wp-content/plugins/a.php", text)], {
        mode: "installed",
        distro: null,
        inspected: [],
      });
      assert.equal(packages[0]?.version, version ?? undefined);
      assert.deepEqual(
        problems.map(({ code }) => code),
        version === null ? ["RECORD_INVALID"] : [],
      );
    });
  }
});
