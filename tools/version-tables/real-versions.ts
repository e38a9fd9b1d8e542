/**
 * Versions of real packages, mined from the feeds: one list a package, so that pairs can be taken from one package.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { sharedPath } from "../../test/helpers/shared.ts";
import { languageMiners } from "./language-versions.ts";

/** Lists of the versions that the feeds name of each package, sorted by package name. */
export function realVersions(scheme: string): readonly (readonly string[])[] {
  const byPackage = new Map<string, Set<string>>();
  const note = (name: string, version: string): void => {
    const versions = byPackage.get(name) ?? new Set<string>();
    byPackage.set(name, versions.add(version));
  };
  const mine = miners[scheme] ?? languageMiners[scheme];
  if (mine === undefined) throw new Error(`no feed is mined for ${scheme}`);
  mine(note, readArchive);
  const sorted = [...byPackage].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, versions]) => [...versions]);
}

type Note = (name: string, version: string) => void;

const miners: Readonly<Record<string, (note: Note) => void>> = {
  deb(note) {
    const lists = readArchive("debian-dsa-dla-lists-2023-04.tar.gz");
    for (const found of lists.matchAll(/^\t\[[a-z]+\] - (\S+) (\d\S*)$/gm))
      note(found[1] ?? "", found[2] ?? "");
  },
  apk(note) {
    let name = "";
    const secdb = readArchive("alpine-secdb-v3.3-v3.11.tar.gz");
    for (const found of secdb.matchAll(/^ +name: (\S+)|^ {8}'?(\d[^\s':]*)'?:/gm)) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
    const wolfi = readArchive("wolfi-advisories-2025-05-07.tar.gz");
    for (const found of wolfi.matchAll(/^ {2}name: (\S+)|fixed-version: "?(\d[^\s"]*)/gm)) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
    const alpaquita = readArchive("bellsoft-alpaquita-osv.tar.gz");
    for (const found of alpaquita.matchAll(/"name": "([^"]+)"|"(?:fixed|introduced)": "(\d[^"]*)"/g)) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
  },
  rpm(note) {
    let name = "";
    for (const found of readArchive("almalinux-osv.tar.gz").matchAll(
      /"name": "([^"]+)"|"fixed": "([^"]+)"/g,
    )) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
  },
  // No feed of Arch Linux is at hand: upstream versions of RPMs with a release as Arch writes it.
  alpm(note) {
    miners["rpm"]?.((name, version) => note(name, version.replace(/-(\d+)[^-]*$/, "-$1")));
  },
  // Nor one of Gentoo: Alpine took the form of its versions from there.
  ebuild(note) {
    miners["apk"]?.(note);
  },
  semver(note) {
    for (const record of readArchive("npm-nodejs-security-wg.tar.gz").split(/^\}/m)) {
      const name = /"module_name": "([^"]+)"/.exec(record)?.[1] ?? "core";
      for (const line of record.matchAll(
        /"(?:vulnerable|patched)_versions": "([^"]*)"|"vulnerable": "([^"]*)"/g,
      )) {
        for (const version of (line[1] ?? line[2] ?? "").match(SEMVER_LIKE) ?? []) note(name, version);
      }
    }
    let name = "";
    for (const found of readArchive("npm-retirejs-repository.tar.gz").matchAll(
      /"npmname"\s*:\s*"([^"]+)"|"(?:below|atOrAbove)"\s*:\s*"(\d[^"\s]*)"/g,
    )) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
  },
  pep440(note) {
    let name = "";
    for (const found of readArchive("pypi-pysec-osv-yaml.tar.gz").matchAll(
      /^ {4}name: (\S+)|^ {2}- ["']?(\d[^\s"']*)["']?$|^ {4}- (?:fixed|introduced): ["']?(\d[^\s"']*)/gm,
    )) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? found[3] ?? "");
    }
  },
};

const SEMVER_LIKE = /\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?/g;

function readArchive(name: string): string {
  const folder = sharedPath("feeds");
  if (folder === null) throw new Error("needs the feeds in ../shared/feeds");
  const [program, flag] = name.endsWith(".zip") ? ["unzip", "-p"] : ["tar", "-xzOf"];
  return execFileSync(program, [flag, join(folder, name)], { maxBuffer: 1 << 29 }).toString("utf8");
}
