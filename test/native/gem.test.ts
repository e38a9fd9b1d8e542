/** Installed gems as RubyGems itself lists them: same names, versions, authors, summaries and dependencies. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gem } from "../../src/ecosystems/gem/index.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

const list = `require "json"
paths = Gem::Specification.dirs.flat_map { |dir| Dir[dir + "/*.gemspec"] + Dir[dir + "/default/*.gemspec"] }
gems = Gem::Specification.map do |s|
  [s.name, s.version.to_s, s.authors.join(", ")[0, 200].strip, s.summary.to_s.strip[0, 400], s.runtime_dependencies.map(&:name).sort.uniq]
end
puts JSON.dump({ paths: paths, gems: gems })`;

test("gem list", { skip: skipWithoutPrograms("ruby") }, () => {
  const { paths, gems } = JSON.parse(execFileSync("ruby", ["-e", list]).toString("utf8")) as {
    paths: string[];
    gems: [string, string, string, string, string[]][];
  };
  const files = paths.map((path) => wantedFile(path.slice(1), readFileSync(path)));
  for (const { path } of files) assert.ok(gem.wants(path, "installed"), path);
  const { packages, problems } = gem.catalog(files, { mode: "installed", distro: null, inspected: [] });
  assert.deepEqual(problems, []);
  // A gem in two of Ruby's folders is one gem.
  const found = new Map(
    packages.map((pkg) => [
      pkg.purl,
      [
        pkg.name,
        pkg.version,
        pkg.author ?? "",
        pkg.description ?? "",
        (pkg.dependsOn ?? []).map((purl) => purl.slice("pkg:gem/".length, purl.lastIndexOf("@"))),
      ],
    ]),
  );
  assert.ok(gems.length > 50);
  assert.deepEqual([...found.values()].sort(), gems.sort());
});
