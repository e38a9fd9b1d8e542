/**
 * The Debian packages of this machine as dpkg lists them: the same packages, versions, architectures and sources; the same files,
 * diverted ones where they are; and each need points to a package that dpkg has installed.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { deb } from "../../src/ecosystems/deb/index.ts";
import { parsePurl, sourceFromUpstream } from "../../src/sbom/shared/purl.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

const dpkgQuery = (...args: string[]): string[] =>
  execFileSync("dpkg-query", args, { maxBuffer: 1 << 28 })
    .toString("utf8")
    .split("\n");

test("dpkg-query -W and -L", { skip: skipWithoutPrograms("dpkg-query") }, () => {
  const paths = [
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/diversions",
    ...readdirSync("/var/lib/dpkg/info").map((name) => `/var/lib/dpkg/info/${name}`),
  ].filter((path) => existsSync(path) && deb.wants(path.slice(1), "installed"));
  const {
    packages,
    claims = [],
    problems,
  } = deb.catalog(
    paths.map((path) => wantedFile(path.slice(1), readFileSync(path))),
    { mode: "installed", distro: null, inspected: [] },
  );
  assert.deepEqual(problems, []);

  const format =
    "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n";
  const installed = dpkgQuery("-W", "-f", format)
    .map((line) => line.split("\t"))
    .filter(([status]) => status === "installed" || status?.startsWith("triggers"))
    .map(([, ...fields]) => fields.join(" "));
  const found = packages.map(({ name, version, architecture, sourcePackage }) =>
    [name, version, architecture, sourcePackage?.name, sourcePackage?.version].join(" "),
  );
  assert.ok(found.length > 50);
  assert.deepEqual(found.sort(), installed.sort());

  // The package URL alone tells the source package, too, as documents of other tools are read.
  for (const { purl, name, version, sourcePackage } of packages) {
    const parsed = parsePurl(purl);
    assert.ok(parsed !== null);
    assert.deepEqual(sourceFromUpstream(parsed, version) ?? { name, version }, sourcePackage);
  }

  // Folders that are empty look like files in dpkg's lists; the file system tells them apart.
  const isFile = (path: string) => lstatSync(`/${path}`, { throwIfNoEntry: false })?.isDirectory() !== true;
  const purls = new Set(packages.map(({ purl }) => purl));
  assert.ok([...claims].every(({ purl }) => purls.has(purl)));
  const claimed = new Set([...claims].map(({ path }) => path).filter(isFile));
  const names = packages.map(({ name, architecture }) => `${name}:${architecture}`);
  const listed = listedFiles(dpkgQuery("-L", ...names)).filter(isFile);
  // Where `/lib` leads to `/usr/lib`, and where files were deleted, folders of packages are no folders on disk.
  const folders = new Set(listed.map((path) => dirname(path)));
  const files = (all: Iterable<string>) => [...new Set(all)].filter((path) => !folders.has(path)).sort();
  assert.deepEqual(files(claimed), files(listed));

  for (const { dependsOn = [] } of packages) for (const purl of dependsOn) assert.ok(purls.has(purl));
  const shell = packages.find(({ name }) => name === "dpkg");
  assert.ok(shell?.dependsOn?.some((purl) => purl.includes("/tar@")));
});

/** `diverted by b to: /x` behind a path says where its file really is. */
function listedFiles(lines: readonly string[]): readonly string[] {
  const files: string[] = [];
  for (const line of lines) {
    const diverted = /^(?:diverted by \S+|locally diverted) to: \/(.*)$/.exec(line)?.[1];
    if (diverted !== undefined) files.splice(-1, 1, diverted);
    else if (line.startsWith("/") && line !== "/.") files.push(line.slice(1));
  }
  return files;
}
