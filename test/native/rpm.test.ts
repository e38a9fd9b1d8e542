/**
 * RPM databases as rpm itself lists them: the same packages with the same fields, and the same files. SQLite ones are made here;
 * NDB and Berkeley DB come from real images, whose lists were made by their own rpm.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Package } from "../../src/domain/package.ts";
import { rpm } from "../../src/ecosystems/rpm/index.ts";
import type { CatalogResult } from "../../src/ecosystems/types.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { makeRpmDatabase } from "../helpers/rpm-packages.ts";
import { sharedPath, skipWithout } from "../helpers/shared.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

const work = mkdtempSync(join(tmpdir(), "plimsoll-rpm-"));
after(() => rmSync(work, { recursive: true, force: true }));

const needsRpm = skipWithoutPrograms("rpm", "rpmbuild", "rpmdb");

test("a database made here: every field and file as rpm -qa says", { skip: needsRpm }, () => {
  const folder = makeRpmDatabase(mkdtempSync(join(work, "made-")));
  compareWithRpm(folder);
});

const MARINER = "pkgdb/rpm/mariner-2.0-bdb";
test(
  "129 packages of CBL-Mariner, from Berkeley DB, and from SQLite as rpm converts it",
  { skip: needsRpm || skipWithout(MARINER) },
  () => {
    const bytes = gunzipSync(readFileSync(join(sharedPath(MARINER)!, "Packages.gz")));
    const bdb = catalog("var/lib/rpm/Packages", bytes);
    const listed = readFileSync(join(sharedPath(MARINER)!, "rpm-qa.txt"), "utf8")
      .trim()
      .split("\n");
    // That list prints an epoch even where there is none.
    const found = bdb.packages.map(
      (pkg) => `${pkg.name} ${pkg.version.includes(":") ? "" : "0:"}${pkg.version} ${pkg.architecture}`,
    );
    assert.deepEqual(found.sort(), listed.sort());

    const folder = mkdtempSync(join(work, "mariner-"));
    execFileSync("sh", [
      "-c",
      `gunzip -c "$1" > "$2/Packages"`,
      "sh",
      join(sharedPath(MARINER)!, "Packages.gz"),
      folder,
    ]);
    const sqlite = mkdtempSync(join(work, "sqlite-"));
    const script = `rpmdb --dbpath "$1" --define "_db_backend bdb_ro" --exportdb 2>/dev/null | rpmdb --dbpath "$2" --importdb`;
    execFileSync("sh", ["-c", script, "sh", folder, sqlite]);
    const converted = compareWithRpm(sqlite);
    const without = (pkg: Package) => ({ ...pkg, evidence: [] });
    assert.deepEqual(converted.packages.map(without).sort(byPurl), bdb.packages.map(without).sort(byPurl));
  },
);

const SUSE = "pkgdb/rpm/sle15-bci-ndb";
test("36 packages of SUSE's base image, from NDB", { skip: skipWithout(SUSE) }, () => {
  const bytes = gunzipSync(readFileSync(join(sharedPath(SUSE)!, "Packages.db.gz")));
  const { packages, problems } = catalog("usr/lib/sysimage/rpm/Packages.db", bytes);
  assert.deepEqual(problems, []);
  const found = packages.map((pkg) => [
    pkg.name,
    pkg.version,
    pkg.architecture,
    pkg.sizeBytes,
    pkg.author,
    pkg.description,
    pkg.digests?.find(({ algorithm }) => algorithm === "md5")?.value,
  ]);
  const lines = readFileSync(join(sharedPath(SUSE)!, "sle15-bci.csv"), "utf8")
    .trim()
    .split("\n");
  const listed = lines.map((line) => {
    const [, name, version, release, arch, , size, , vendor, summary, md5] = line.split("¶");
    return [name, `${version}-${release}`, arch, Number(size), vendor, summary, md5];
  });
  assert.equal(found.length, 36);
  assert.deepEqual(found.sort(), listed.sort());
});

function catalog(path: string, bytes: Uint8Array, wal: Uint8Array | null = null): CatalogResult {
  const files = [wantedFile(path, bytes), ...(wal === null ? [] : [wantedFile(`${path}-wal`, wal)])];
  for (const file of files) assert.ok(rpm.wants(file.path, "installed"), file.path);
  return rpm.catalog(files, { mode: "installed", distro: null, inspected: [] });
}

/** Of what `rpm -qa` prints for a database of SQLite. */
function compareWithRpm(folder: string): CatalogResult {
  const query = (format: string): string[] =>
    execFileSync("rpm", ["--dbpath", folder, "-qa", "--qf", format], { maxBuffer: 1 << 28 })
      .toString("utf8")
      .split("\n")
      .slice(0, -1)
      .sort();
  const path = join(folder, "rpmdb.sqlite");
  const wal = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : null;
  const result = catalog("var/lib/rpm/rpmdb.sqlite", readFileSync(path), wal);
  const { packages, problems, claims = [] } = result;
  assert.deepEqual(problems, []);
  const none = "(none)";
  const rows = packages.map((pkg) => {
    const digest = (algorithm: string) =>
      pkg.digests?.find((each) => each.algorithm === algorithm)?.value ?? none;
    return [
      pkg.name,
      pkg.version,
      pkg.architecture ?? none,
      pkg.sizeBytes,
      pkg.author ?? none,
      pkg.description ?? none,
      pkg.modularity ?? none,
      digest("md5"),
      digest("sha1"),
      digest("sha256"),
    ].join("\t");
  });
  const format =
    "%{NAME}\t%{EVR}\t%{ARCH}\t%{LONGSIZE}\t%{VENDOR}\t%{SUMMARY}\t%{MODULARITYLABEL}\t%{SIGMD5}\t%{SHA1HEADER}\t%{SHA256HEADER}\n";
  assert.deepEqual(rows.sort(), query(format));

  // Type, state, flags (1: configuration, 8: may be missing, 64: ghost), digest and path of each file.
  const files = query(
    "[%{=NEVRA}\t%{FILEMODES:octal}\t%{FILESTATES}\t%{FILEFLAGS}\t%{FILEDIGESTS}\t%{FILENAMES}\n]",
  );
  const byPurl = new Map(packages.map((pkg) => [pkg.purl, `${pkg.name}-${pkg.version}.${pkg.architecture}`]));
  const expected = files.flatMap((line) => {
    const [owner, mode = "", state, flags, digest = "", file = ""] = line.split("\t");
    const isFolder = (Number.parseInt(mode, 8) & 0o170000) === 0o040000;
    if (isFolder || state !== "0") return [];
    const isConfiguration = (Number(flags) & (1 | 8 | 64)) !== 0;
    return [`${owner}\t${file}\t${isConfiguration}\t${digest}`];
  });
  const claimed = [...claims].map(
    ({ purl, path: file, isConfiguration, digest }) =>
      `${byPurl.get(purl)}\t/${file}\t${isConfiguration}\t${digest?.value ?? ""}`,
  );
  assert.deepEqual(claimed.sort(), expected.sort());
  return result;
}

function byPurl(a: { readonly purl: string }, b: { readonly purl: string }): number {
  return a.purl < b.purl ? -1 : 1;
}
