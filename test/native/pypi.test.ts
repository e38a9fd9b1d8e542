/**
 * What is installed, as `pip list` tells it: same distributions, the edges of what is needed without extras, and files with digests.
 * The virtual environment is made here without a network: wheels of our own are installed by the real pip.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { pypi } from "../../src/ecosystems/pypi/index.ts";
import type { CatalogResult } from "../../src/ecosystems/types.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";
import { writeZip } from "../helpers/zip.ts";

let folder = "";
before(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-pypi-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

it("pip list", { skip: skipWithoutPrograms("python3") }, () => {
  run("python3", "-m", "venv", join(folder, "venv"));
  const wheels = [
    wheel("Zope_Demo", "1.0", [
      "base_lib (>=1.0)",
      "extra-lib ; extra == 'more'",
      'old ; python_version < "3"',
    ]),
    wheel("base.lib", "1.5", []),
    wheel("extra_lib", "2.0", [
      'base-lib ; sys_platform != "win32" or implementation_name != "pypy" and extra == "d"',
    ]),
    wheel("old", "0.1", []),
  ];
  const pip = join(folder, "venv/bin/pip");
  run(pip, "install", "--no-index", "--no-deps", "--quiet", "--disable-pip-version-check", ...wheels);
  const found = catalog(join(folder, "venv"));
  assert.deepEqual(found.problems, []);

  const list = JSON.parse(run(pip, "list", "--format", "json", "--disable-pip-version-check")) as readonly {
    readonly name: string;
    readonly version: string;
  }[];
  const truth = list.map(({ name, version }) => `${normalise(name)}@${version}`).sort();
  const isCopy = (path: string): boolean => path.includes("/_vendor/");
  const own = found.packages.filter(({ evidence }) => !evidence.every(({ path }) => isCopy(path)));
  assert.deepEqual([...new Set(own.map(({ name, version }) => `${name}@${version}`))].sort(), truth);
  // pip lists nothing of what it brings along; its own list of that is what is found besides.
  const copies = found.packages.filter((pkg) => !own.includes(pkg));
  assert.ok(copies.some(({ name }) => name === "urllib3"));

  const edges = own.flatMap((pkg) =>
    (pkg.dependsOn ?? []).map((purl) => `${pkg.name} > ${purl.slice("pkg:pypi/".length)}`),
  );
  assert.deepEqual([...new Set(edges)].sort(), ["extra-lib > base-lib@1.5", "zope-demo > base-lib@1.5"]);
  checkFiles(found);
});

/** Every file that pip recorded is there, and its digest, where it has one, is that of its bytes. */
function checkFiles({ claims = [], packages }: CatalogResult): void {
  const { purl } = packages.find(({ name }) => name === "zope-demo") ?? { purl: "" };
  const own = [...claims].filter((claim) => claim.purl === purl && claim.kind === "file");
  assert.ok(own.some(({ path, digest }) => path.endsWith("/zope_demo.py") && digest?.algorithm === "sha256"));
  for (const { path, digest } of own) {
    const bytes = readFileSync(join(folder, path));
    if (digest !== null) assert.equal(createHash("sha256").update(bytes).digest("hex"), digest.value, path);
  }
}

/** A wheel as build tools make them, of one module. */
function wheel(name: string, version: string, requires: readonly string[]): string {
  const module = name.toLowerCase().replace(".", "_");
  const info = `${module}-${version}.dist-info`;
  const lines = requires.map((line) => `Requires-Dist: ${line}\n`).join("");
  const path = join(folder, `${module}-${version}-py3-none-any.whl`);
  const files = [
    { name: `${module}.py`, content: "VALUE = 1\n" },
    {
      name: `${info}/METADATA`,
      content: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nProvides-Extra: more\n${lines}`,
    },
    {
      name: `${info}/WHEEL`,
      content: "Wheel-Version: 1.0\nGenerator: plimsoll\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    },
  ];
  const record = files.map((file) => {
    const digest = createHash("sha256").update(file.content).digest("base64url");
    return `${file.name},sha256=${digest},${file.content.length}\n`;
  });
  const list = { name: `${info}/RECORD`, content: `${record.join("")}${info}/RECORD,,\n` };
  writeFileSync(path, writeZip([...files, list]));
  return path;
}

function catalog(environment: string): CatalogResult {
  const paths = readdirSync(environment, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => pypi.wants(path, "installed"))
    .sort();
  const files = paths.map((path) => wantedFile(path, readFileSync(join(folder, path))));
  return pypi.catalog(files, { mode: "installed", distro: null, inspected: [] });
}

function normalise(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}
