/** Packages that pacman installs here, as pacman itself lists them: the same records, needs and files. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { alpm } from "../../src/ecosystems/alpm/index.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

const work = mkdtempSync(join(tmpdir(), "plimsoll-alpm-"));
after(() => rmSync(work, { recursive: true, force: true }));

const facts =
  "url = https://sample.example\nbuilddate = 1700000000\npackager = Sample Packager <p@sample.example>\n";
const packages: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    `pkgname = Sample\npkgbase = sample-base\npkgver = 1:2.0rc1-3\npkgdesc = A tool of the sample\n${facts}size = 15\narch = x86_64\nlicense = GPL-3.0-or-later\nlicense = custom:Sample\nprovides = smp=2.0\nbackup = etc/sample.conf\ndepend = samplelib>=1\ndepend = libsample.so=1-64\n`,
    { "etc/sample.conf": "conf", "usr/bin/sample": "tool", "usr/share/a b/é": "x" },
  ],
  [
    `pkgname = samplelib\npkgbase = sample-base\npkgver = 1.0-1\npkgdesc = Library\n${facts}size = 4\narch = any\nlicense = MIT\nprovides = libsample.so=1-64\n`,
    { "usr/lib/libsample.so.1": "lib" },
  ],
];

test("pacman -Qi and -Ql", { skip: skipWithoutPrograms("pacman", "bsdtar") }, () => {
  const archives = packages.map(([record, files], index) => {
    const folder = join(work, `package-${index}`);
    for (const [path, content] of Object.entries({ ...files, ".PKGINFO": record })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const tops = readdirSync(folder).filter((name) => !name.startsWith("."));
    const options = "--options=!all,use-set,type,uid,gid,mode,time,size,sha256,link";
    bsdtar(folder, "-czf", ".MTREE", "--format=mtree", options, ".PKGINFO", ...tops);
    bsdtar(folder, "-czf", `../${index}.pkg.tar.gz`, "--uid=0", "--gid=0", ".PKGINFO", ".MTREE", ...tops);
    return join(work, `${index}.pkg.tar.gz`);
  });
  const root = join(work, "root");
  const database = join(root, "var/lib/pacman");
  mkdirSync(database, { recursive: true });
  writeFileSync(join(work, "pacman.conf"), "[options]\nArchitecture = x86_64\nSigLevel = Never\n");
  const pacman = (...args: string[]): string =>
    execFileSync(
      "pacman",
      [
        "--root",
        root,
        "--dbpath",
        database,
        "--config",
        join(work, "pacman.conf"),
        "--logfile",
        "/dev/null",
        ...args,
      ],
      { env: { ...process.env, LC_ALL: "C" }, stdio: ["ignore", "pipe", "ignore"] },
    ).toString("utf8");
  // Installed for real, into a folder: an unprivileged run may only enter them.
  pacman("--noconfirm", "--dbonly", "--cachedir", work, "-U", ...archives);

  const paths = readdirSync(database, { recursive: true, encoding: "utf8" })
    .map((path) => `var/lib/pacman/${path}`)
    .filter((path) => alpm.wants(path, "installed"));
  const found = alpm.catalog(
    paths.sort().map((path) => wantedFile(path, readFileSync(join(root, path)))),
    { mode: "installed", distro: null, inspected: [] },
  );
  assert.deepEqual(found.problems, []);

  const rows = found.packages.map((pkg) => [
    pkg.name,
    pkg.version,
    pkg.architecture,
    pkg.description,
    pkg.author,
  ]);
  const listed = pacman("-Qi")
    .split("\n\n")
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const field = (name: string) => new RegExp(`^${name} *: (.*)$`, "m").exec(text)?.[1];
      return ["Name", "Version", "Architecture", "Description", "Packager"].map(field);
    });
  assert.deepEqual(rows.sort(), listed.sort());

  const names = new Map(found.packages.map(({ purl, name }) => [purl, name]));
  const claimed = [...(found.claims ?? [])].map(({ purl, path }) => `${names.get(purl)} ${join(root, path)}`);
  const files = pacman("-Ql")
    .trim()
    .split("\n")
    .filter((line) => !line.endsWith("/"));
  assert.deepEqual(claimed.sort(), files.sort());
  assert.ok([...(found.claims ?? [])].every(({ digest }) => digest?.algorithm === "sha256"));
  // What pacman would remove along with the library.
  assert.deepEqual(
    found.packages
      .filter(({ dependsOn = [] }) => dependsOn.some((purl) => names.get(purl) === "samplelib"))
      .map(({ name }) => name),
    /^Required By *: (.*)$/m.exec(pacman("-Qi", "samplelib"))?.[1]?.split("  "),
  );
});

function bsdtar(folder: string, ...args: string[]): void {
  execFileSync("bsdtar", args, { cwd: folder, stdio: "ignore" });
}
