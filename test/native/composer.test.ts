/** What Composer installs from folders here, as `composer show` lists it: same names, versions and descriptions. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { composer } from "../../src/ecosystems/composer/index.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

let folder = "";
before(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-composer-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

const packages = {
  alpha: {
    name: "acme/alpha",
    version: "v1.2.0",
    description: "Alpha things",
    require: { "acme/beta": "^2.0" },
  },
  beta: { name: "acme/beta", version: "2.1.0-beta1", license: ["GPL-2.0-or-later", "MIT"] },
  gamma: { name: "acme/gamma", version: "3.x-dev", type: "metapackage", require: { "acme/alpha": "*" } },
};

function run(...args: readonly string[]): string {
  const env = { ...process.env, COMPOSER_ALLOW_SUPERUSER: "1", COMPOSER_HOME: join(folder, "home") };
  return execFileSync("composer", [...args, "--no-interaction", "--working-dir", join(folder, "app")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  }).toString("utf8");
}

test("composer show", { skip: skipWithoutPrograms("composer") }, () => {
  for (const [name, manifest] of Object.entries(packages)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "composer.json"), JSON.stringify(manifest));
  }
  mkdirSync(join(folder, "app"));
  const repositories = Object.keys(packages).map((name) => ({
    type: "path",
    url: `../${name}`,
    options: { symlink: false },
  }));
  writeFileSync(
    join(folder, "app/composer.json"),
    JSON.stringify({
      name: "acme/app",
      repositories: [{ "packagist.org": false }, ...repositories],
      "minimum-stability": "dev",
      require: { "acme/gamma": "*" },
    }),
  );
  run("install");
  const shown = JSON.parse(run("show", "--format=json")) as {
    installed: { name: string; version: string; description: string | null }[];
  };
  const file = wantedFile(
    "app/vendor/composer/installed.json",
    readFileSync(join(folder, "app/vendor/composer/installed.json")),
  );
  const found = composer.catalog([file], { mode: "installed", distro: null, inspected: [] });
  assert.deepEqual(found.problems, []);
  assert.deepEqual(
    found.packages.map((pkg) => [`${pkg.namespace}/${pkg.name}`, pkg.version, pkg.description ?? ""]).sort(),
    shown.installed.map(({ name, version, description }) => [name, version, description ?? ""]).sort(),
  );
  assert.equal(found.packages.length, 3);
});
