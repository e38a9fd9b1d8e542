/**
 * Versions of real packages of the language ecosystems, mined from the feeds, as in real-versions.ts.
 */

type Note = (name: string, version: string) => void;
type ReadArchive = (name: string) => string;

export const languageMiners: Readonly<Record<string, (note: Note, readArchive: ReadArchive) => void>> = {
  gem(note, readArchive) {
    let name = "";
    const text = readArchive("rubygems-ruby-advisory-db.tar.gz");
    for (const found of text.matchAll(/^gem: (\S+)|^ {2,4}- "?((?:[<>=~!]+ *\S+(?:, )?)+)"?$/gm)) {
      if (found[1] !== undefined) name = found[1];
      else for (const bound of (found[2] ?? "").split(", ")) note(name, bound.replace(/^[<>=~! ]+|"$/g, ""));
    }
  },
  composer(note, readArchive) {
    // Each record names its package last.
    let bounds: string[] = [];
    const text = readArchive("packagist-friendsofphp.tar.gz");
    for (const found of text.matchAll(/versions: *\[(.*)\]|^reference: *composer:\/\/(\S+)/gm)) {
      if (found[2] === undefined) bounds.push(...((found[1] ?? "").match(/[0-9v][^'",\s]*/g) ?? []));
      else {
        for (const version of bounds) note(found[2], version);
        bounds = [];
      }
    }
  },
  // No feed speaks of R either; what is numbers alone in the versions of gems, with a hyphen in some.
  dotted(note, readArchive) {
    const rename = (name: string, version: string): void => {
      if (!/^[0-9.]+$/.test(version)) return;
      note(name, version);
      note(name, version.replace(/\.(?=[0-9]+$)/, "-"));
    };
    languageMiners["gem"]?.(rename, readArchive);
  },
  // Nor of Dart or Julia; what is three numbers in the versions of PHP packages, with a build in some.
  "semver-build"(note, readArchive) {
    const rename = (name: string, version: string): void => {
      const [numbers] = /^\d+\.\d+\.\d+$/.exec(version) ?? [];
      if (numbers === undefined) return;
      note(name, numbers);
      note(name, `${numbers}+${numbers.length}`);
      note(name, `${numbers}-rc.${numbers.length}+1`);
    };
    languageMiners["composer"]?.(rename, readArchive);
  },
  // No feed speaks of conda; the versions of Python packages are those of most conda packages.
  conda(note, readArchive) {
    let name = "";
    const text = readArchive("pypi-pysec-osv-yaml.tar.gz");
    for (const found of text.matchAll(/^ {4}name: (\S+)|^ {2}- ["']?(\d[^\s"']*)["']?$/gm)) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
  },
  maven: (note, readArchive) => noteOsv(note, readArchive, "Maven"),
  // Few records of the feeds speak of NuGet; versions of Java packages are much like those of .NET packages.
  nuget(note, readArchive) {
    noteOsv(note, readArchive, "NuGet");
    noteOsv(note, readArchive, "Maven");
  },
  golang(note, readArchive) {
    const text = readArchive("go-vulndb-osv.tar.gz");
    let name = "";
    for (const found of text.matchAll(/"name": *"([^"]+)"|"(?:introduced|fixed)": *"(\d[^"]*)"/g)) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
  },
  // Its advisories seldom name revisions, its packages always do.
  bitnami(note, readArchive) {
    const revisions = (name: string, version: string): void => {
      note(name, version);
      if (/^\d+\.\d+\.\d+$/.test(version))
        for (const revision of [0, 1, 10]) note(name, `${version}-${revision}`);
    };
    languageMiners["generic"]?.(revisions, readArchive);
  },
  // Bitnami packs what others make: servers, databases, tools.
  generic(note, readArchive) {
    const text = readArchive("bitnami-osv.tar.gz");
    let name = "";
    for (const found of text.matchAll(/"name": *"([^"]+)"|"(?:introduced|fixed)": *"(\d[^"]*)"/g)) {
      if (found[1] !== undefined) name = found[1];
      else note(name, found[2] ?? "");
    }
  },
};

/** The samples of OSV: each affected package with its ecosystem, versions and bounds. */
function noteOsv(note: Note, readArchive: ReadArchive, ecosystem: string): void {
  const text = readArchive("osv-samples.zip");
  const records =
    /"ecosystem": ?"([^"]+)"|"name": ?"([^"\s]+)"|"(?:introduced|fixed|last_affected)": ?"([^"\s]+)"|^\s*"(\d[^"\s]*)",?$/gm;
  let isWanted = false;
  let name = "";
  for (const found of text.matchAll(records)) {
    if (found[1] !== undefined) isWanted = found[1] === ecosystem;
    else if (found[2] !== undefined) name = found[2];
    else if (isWanted) note(name, found[3] ?? found[4] ?? "");
  }
}
