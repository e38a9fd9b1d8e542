/**
 * Signatures on real programs: what they read of the programs of Debian's packages is the version of the package, and what
 * they find among all executables of this machine is what their names say. Downloads some 110 MB, in a folder of its own.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  fstatSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Package } from "../../src/domain/package.ts";
import { generic } from "../../src/ecosystems/generic/index.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { signatureRows } from "./signature-table.ts";

const skip = skipWithoutPrograms("apt-get", "dpkg-deb");
let folder = "";

before(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-signatures-"));
  if (skip === false) download([...new Set(signatureRows.map(([name]) => name))]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The package lists of the machine may be old or missing, so they are fetched anew, beside its own. */
function download(names: readonly string[]): void {
  const [state, cache] = [join(folder, "state"), join(folder, "cache")];
  for (const path of [join(state, "lists/partial"), join(cache, "archives/partial")])
    mkdirSync(path, { recursive: true });
  const options = [
    "-qq",
    "-o",
    `Dir::State=${state}`,
    "-o",
    `Dir::State::status=/var/lib/dpkg/status`,
    "-o",
    `Dir::Cache=${cache}`,
    "-o",
    "APT::Sandbox::User=root",
  ];
  const run = (...args: readonly string[]): Buffer =>
    execFileSync("apt-get", [...options, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  mkdirSync(join(folder, "x"));
  run("update");
  run("download", ...names);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb")))
    execFileSync("dpkg-deb", ["-x", join(folder, file), join(folder, "x", file.slice(0, file.indexOf("_")))]);
}

/** What is read of one file on disk, without reading all of it. */
function readFile(path: string, nameInImage: string): readonly Package[] {
  const descriptor = openSync(path, "r");
  try {
    const { size: sizeBytes, mode } = fstatSync(descriptor);
    const head = { path: nameInImage, sizeBytes, mode: mode & 0o7777 };
    if (generic.inspect?.wants(head, "installed") !== true) return [];
    const value = generic.inspect.look(head, {
      sizeBytes,
      read(offset, length) {
        const bytes = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - offset)));
        return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
      },
    });
    if (value === null) return [];
    const inspected = [{ by: "generic", ...head, value, layer: null, layerIndex: null }];
    return generic.catalog([], { mode: "installed", distro: null, inspected }).packages;
  } finally {
    closeSync(descriptor);
  }
}

/** `9.2p1` of `1:9.2p1-2+deb12u10`, with the marks of repacked sources left out. */
function upstream(name: string): string {
  const file = readdirSync(folder).find((each) => each.startsWith(`${name}_`)) ?? "";
  const version = decodeURIComponent(file.split("_")[1] ?? "")
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "");
  return withoutRepacking(version);
}

function withoutRepacking(version: string): string {
  return version.replace(/[+.~](?:dfsg|ds|repack|git).*/, "");
}

/** Debian writes the parts of some versions with other signs between them. */
function plain(version: string): string {
  return version.replace(/[~-]/g, ".");
}

describe("programs of Debian's packages", { skip }, () => {
  for (const [name, pattern, id] of signatureRows) {
    it(`${name}: ${pattern}`, () => {
      const [path] = globSync(pattern, { cwd: join(folder, "x", name) }).filter((each) =>
        lstatSync(join(folder, "x", name, each)).isFile(),
      );
      assert.ok(path !== undefined, "the package has no such file");
      const found = readFile(join(folder, "x", name, path), path).map(
        (pkg) => `${pkg.name}@${plain(pkg.version)}`,
      );
      assert.deepEqual(found, [`${id}@${plain(upstream(name))}`]);
    });
  }
});

it("this project's own Node.js", () => {
  const found = readFile(process.execPath, "usr/bin/node").map(({ purl }) => purl);
  assert.deepEqual(found, [`pkg:generic/node@${process.versions.node}`]);
});

it(
  "what is found among this machine's own programs and libraries is what their packages say",
  { skip },
  () => {
    const wrong: string[] = [];
    let count = 0;
    for (const folderName of ["usr/bin", "usr/sbin", "usr/lib/x86_64-linux-gnu"]) {
      for (const entry of readdirSync(`/${folderName}`, { withFileTypes: true })) {
        const path = `${folderName}/${entry.name}`;
        // A package note names a package of the distribution with its own version.
        const found = entry.isFile()
          ? readFile(`/${path}`, path).filter((pkg) => pkg.namespace === null)
          : [];
        for (const { name, version } of found) {
          const owner = ownerVersion(path);
          if (owner === null) continue;
          count += 1;
          if (plain(version) !== plain(owner))
            wrong.push(`${path}: ${name} ${version}, but its package has ${owner}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(count >= 10, `only ${count} programs were found`);
  },
);

/** Upstream version of the package that owns a path; null for files of nobody. Merged folders are listed without `usr/`. */
function ownerVersion(path: string): string | null {
  for (const listed of [`/${path}`, path.slice(3)]) {
    const owner = spawnSync("dpkg-query", ["-S", listed]).stdout.toString().split(":")[0] ?? "";
    if (owner === "" || owner.includes("diversion")) continue;
    const version = spawnSync("dpkg-query", [
      "-W",
      "-f=${source:Upstream-Version}\n",
      owner,
    ]).stdout.toString();
    return withoutRepacking(version.split("\n")[0] ?? "");
  }
  return null;
}
